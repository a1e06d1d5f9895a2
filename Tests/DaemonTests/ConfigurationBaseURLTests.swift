import Testing

@testable import Daemon

@Suite struct ConfigurationBaseURLTests {
    @Test(arguments: [
        "https://api.example.com/v1", "https://api.example.com", "HTTPS://API.example.com:8443/v1/",
        "https://10.0.0.1/v1", "https://[2001:db8::1]:443/v1", "http://127.0.0.1:8080/v1",
        "http://127.9.9.9", "http://localhost:1234/v1", "http://LOCALHOST/v1", "http://[::1]:80/v1",
        "http+unix://%2Frun%2Fllama.sock/v1", "http+unix://%2Frun%2Fllama.sock",
    ]) func `where keys and prompts are safe is accepted`(url: String) {
        #expect(BaseURL.complaint(url, allowInsecure: false) == nil)
    }

    @Test(arguments: [
        "http://example.com/v1", "http://127.0.0.1.example.com/v1", "http://10.0.0.1/v1",
        "http://localhost.example.com", "http://[2001:db8::1]/v1", "http://127.1",
    ]) func `plain http to elsewhere needs allow_insecure`(url: String) {
        let complaint = BaseURL.complaint(url, allowInsecure: false)
        #expect(complaint?.hasSuffix("use https, or say allow_insecure: true") == true)
        #expect(BaseURL.complaint(url, allowInsecure: true) == nil)
    }

    @Test(arguments: [
        "", "api.example.com", "ftp://x/", "file:///etc/passwd", "https://", "https:///v1",
        "https://x:0/", "https://x:65536/", "https://x:+1/", "https://x:/", "https://[::1/",
        "https://a:b:c/", "https://x/v1?key=1", "https://x#y", "https://x?y@z", "https://a b/",
        "https://x/\nHost: y", "https://ex\u{E4}mple/", "http+unix://run/x.sock",
        "http+unix://%2F", "https://x\\y/", "https://%2Frun/",
    ]) func `what is no plain address is refused, whatever is allowed`(url: String) {
        #expect(BaseURL.complaint(url, allowInsecure: true) != nil)
    }

    @Test func `a password in an address is refused without being shown`() {
        let complaint = BaseURL.complaint("https://me:hunter2@x/v1", allowInsecure: true)
        #expect(complaint == "holds a user or password; give keys by api_key_env or api_key_file")
    }

    @Test func `a socket path longer than the system takes is refused with its length`() {
        let url = "http+unix://%2F" + String(repeating: "s", count: 107) + "/v1"
        let complaint = BaseURL.complaint(url, allowInsecure: false)
        #expect(complaint?.contains("a socket of 108 bytes") == true)
    }
}
