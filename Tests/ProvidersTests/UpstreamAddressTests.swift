import Models
import Testing

@testable import Providers

/// Which base URLs are taken, and how they are shown.
@Suite struct UpstreamAddressTests {
    private func read(_ text: String, allowing: Bool = false) throws -> UpstreamAddress {
        try UpstreamAddress(text, allowPlainHTTP: allowing)
    }

    @Test(arguments: [
        ("https://api.openai.com/v1", "https://api.openai.com/v1", "api.openai.com:443"),
        ("https://API.openai.com/v1//", "https://API.openai.com/v1", "api.openai.com:443"),
        ("http://localhost:8080", "http://localhost:8080", "localhost:8080"),
        ("http://127.0.0.1/v1/", "http://127.0.0.1/v1", "127.0.0.1:80"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1", "[::1]:8080"),
        ("https://[fe80::1]/v1", "https://[fe80::1]/v1", "[fe80::1]:443"),
        (
            "http+unix://%2Frun%2Fllama.sock/v1", "http+unix://%2Frun%2Fllama.sock/v1",
            "/run/llama.sock"
        ),
    ])
    func `a base URL is taken`(text: String, base: String, place: String) throws {
        let address = try read(text)
        #expect(address.base == base)
        #expect(address.place == place)
    }

    @Test(arguments: [
        "", "api.openai.com/v1", "ftp://x/", "https://", "https:///v1", "https://user:pw@host/v1",
        "https://host/v1?key=1", "https://host/v1#x", "http+unix://run/x.sock", "http+unix:///run",
        "http://example.com/v1", "http://127.0.0.1.example.com/v1", "http://10.0.0.1/",
    ])
    func `a base URL is refused`(text: String) {
        #expect(throws: UpstreamAddress.Refused.self) { try read(text) }
    }

    @Test func `plain http to another host can be allowed`() throws {
        #expect(try read("http://10.0.0.1:8000/v1", allowing: true).place == "10.0.0.1:8000")
    }

    @Test func `a refusal of plain http names the key that allows it`() {
        do throws(UpstreamAddress.Refused) {
            _ = try UpstreamAddress("http://10.0.0.1/v1", allowPlainHTTP: false)
            Issue.record("it was taken")
        } catch {
            #expect(error.message.hasSuffix("or say allow_insecure: true"))
        }
    }

    @Test func `a refusal never prints a password`() {
        do throws(UpstreamAddress.Refused) {
            _ = try UpstreamAddress("https://user:hunter2@host/v1", allowPlainHTTP: false)
            Issue.record("it was taken")
        } catch {
            #expect(!error.message.contains("hunter2"))
        }
    }

    @Test(arguments: ["key\n", "key\r\nx: y", "k\u{0}", "k\u{7F}"])
    func `a key that cannot be sent is refused when the provider is made`(key: String) {
        var settings = ProviderSettings(name: "p", kind: .openai)
        settings.apiKey = Secret(key)
        do {
            _ = try settings.model()
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".hasPrefix("provider p: header authorization cannot be sent"))
            #expect(!"\(error)".contains("key\n"))
        }
    }

    @Test(arguments: ["", "a b", "a:", "ä", "[x]"])
    func `a header's name that cannot be sent is refused`(name: String) {
        var settings = ProviderSettings(name: "p", kind: .openai)
        settings.headers = [.init(name: name, value: Secret("v"))]
        #expect(throws: ProviderSettingsError.self) { try settings.model() }
    }
}
