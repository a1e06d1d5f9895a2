import Daemon
import Models
import Providers
import Testing

@Suite struct ConfigurationSecretTests {
    private func complaints(
        _ reference: String, environment: [String: String] = [:],
        files: [String: (text: String, mode: UInt32)] = [:]
    ) -> [String] {
        ConfigurationFixture(environment: environment, files: files)
            .complaints("providers: { a: { kind: openai, \(reference) } }")
            .map { String($0.drop { $0 != " " }.dropFirst()) }
    }

    private func key(_ reference: String, _ fixture: ConfigurationFixture) throws -> String? {
        try fixture.load("providers: { a: { kind: openai, \(reference) } }").providers[0]
            .apiKey?.reveal()
    }

    @Test func `a key is read from a variable, a file or a credential`() throws {
        let fixture = ConfigurationFixture(
            environment: ["K": "sk-env", "CREDENTIALS_DIRECTORY": "/run/c"],
            files: ["/k": ("sk-file\r\n", 0o400), "/run/c/a.b": ("sk-cred", 0o440)])
        #expect(try key("api_key_env: K", fixture) == "sk-env")
        #expect(try key("api_key_file: /k", fixture) == "sk-file")
        #expect(try key("api_key_credential: a.b", fixture) == "sk-cred")
        #expect(try key("slow: true", fixture) == nil)
    }

    @Test(arguments: [UInt32(0o640), 0o604, 0o601, 0o610, 0o666])
    func `a key file that others can reach is refused with its mode and the remedy`(mode: UInt32) {
        let found = complaints("api_key_file: /k", files: ["/k": ("sk-file", mode)])
        #expect(
            found == [
                "providers.a.api_key_file names /k, which others can reach (mode "
                    + "0\(String(mode, radix: 8))); run: chmod 600 '/k'"
            ])
    }

    @Test func `a key that is not there is named`() {
        #expect(
            complaints("api_key_env: NOPE") == [
                "providers.a.api_key_env names the environment variable \"NOPE\", which is not "
                    + "set; set it for the daemon or use api_key_file"
            ])
        #expect(
            complaints("api_key_file: /nope") == [
                "providers.a.api_key_file names /nope, which does not exist"
            ])
        #expect(
            complaints("api_key_file: nope") == [
                "providers.a.api_key_file is \"nope\"; write an absolute path"
            ])
        #expect(
            complaints("api_key_credential: a") == [
                "providers.a.api_key_credential names the credential \"a\", but "
                    + "CREDENTIALS_DIRECTORY is not set; start the daemon by systemd with "
                    + "LoadCredential=a:PATH"
            ])
    }

    @Test(arguments: ["../shadow", "..", "a/b"]) func `a credential stays in its directory`(
        name: String
    ) {
        let found = complaints(
            "api_key_credential: \(name)", environment: ["CREDENTIALS_DIRECTORY": "/run/c"],
            files: ["/run/c/../shadow": ("sk", 0o600)])
        #expect(
            found == [
                "providers.a.api_key_credential is \"\(name)\"; a credential's name has no slash"
            ])
    }

    @Test(arguments: ["", " \n", "sk a", "sk\nsk", "sk\u{7}", "sk\u{E9}"])
    func `what is no key is refused without being shown`(text: String) {
        let found = complaints("api_key_env: K", environment: ["K": text])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("providers.a.api_key_env names the environment") == true)
        #expect(found.first?.contains("sk") == false)
    }

    @Test func `two keys for one provider are refused`() {
        let found = complaints("api_key_env: K, api_key_file: /k", environment: ["K": "sk"])
        #expect(
            found == [
                "providers.a.api_key_file is one too many: api_key_env and api_key_file are "
                    + "given; keep one"
            ])
    }

    @Test func `a key is in no description of the configuration`() throws {
        let fixture = ConfigurationFixture(environment: ["K": "sk-canary"])
        let configuration = try fixture.load("providers: { a: { kind: openai, api_key_env: K } }")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("canary"))
        #expect(!"\(configuration)".contains("canary"))
        #expect(configuration.providers[0].apiKey == Secret("sk-canary"))
    }
}
