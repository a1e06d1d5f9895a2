import Models
import Telemetry
import Testing

@testable import Daemon

/// The section `telemetry`.
struct ConfigurationTelemetryTests {
    private static let place = "endpoint: http://127.0.0.1:4318"
    private static let fixture = ConfigurationFixture(
        environment: ["K": "sk-env", "CREDENTIALS_DIRECTORY": "/run/c"],
        files: ["/k": ("sk-file\n", 0o400), "/run/c/k": ("sk-cred", 0o440)])

    private func read(_ keys: String) throws -> TelemetrySettings? {
        try Self.fixture.load("telemetry: { \(keys) }").telemetry
    }

    /// What is wrong with the section, without the place in the file.
    private func complaints(_ keys: String) -> [String] {
        Self.fixture.complaints("telemetry: { \(keys) }")
            .map { String($0.drop { $0 != " " }.dropFirst()) }
    }

    private func headers(_ keys: String) throws -> [String] {
        try #require(try read("\(Self.place), \(keys)")).headers
            .map { "\($0.name): \($0.value.reveal())" }
    }

    @Test func `nothing is told to anyone without the section`() throws {
        #expect(try Self.fixture.load("threads: 2").telemetry == nil)
        #expect(try Self.fixture.load(nil).telemetry == nil)
    }

    @Test func `an endpoint is all it needs`() throws {
        let settings = try #require(try read(Self.place))
        #expect(settings == TelemetrySettings(endpoint: "http://127.0.0.1:4318"))
        #expect(settings.interval == .seconds(60))
        #expect(settings.sample == 1)
        #expect(settings.headers.isEmpty && settings.resource.isEmpty)
    }

    @Test func `every key is read`() throws {
        let settings = try #require(
            try read(
                """
                endpoint: https://otlp.example.com/otlp, interval: 15s, sample: 0.25,
                headers: { X-Team: blue, X-Site: north },
                resource: { deployment.environment.name: staging, service.name: desk }
                """))
        #expect(settings.endpoint == "https://otlp.example.com/otlp")
        #expect(settings.interval == .seconds(15))
        #expect(settings.sample == 0.25)
        #expect(settings.headers.map(\.name) == ["X-Team", "X-Site"])
        #expect(settings.headers.map { $0.value.reveal() } == ["blue", "north"])
        #expect(
            settings.resource
                == ["deployment.environment.name": "staging", "service.name": "desk"])
    }

    @Test(arguments: ["0", "1", "0.5", "1.0"]) func `a sample is a part of one`(text: String) throws
    {
        #expect(try read("\(Self.place), sample: \(text)")?.sample == Double(text))
    }

    @Test func `a key is sent as a bearer token, or in the header that is named`() throws {
        #expect(try headers("api_key_env: K") == ["authorization: Bearer sk-env"])
        #expect(try headers("api_key_file: /k") == ["authorization: Bearer sk-file"])
        #expect(try headers("api_key_credential: k") == ["authorization: Bearer sk-cred"])
        #expect(
            try headers("api_key_env: K, api_key_header: X-Honeycomb-Team")
                == ["x-honeycomb-team: sk-env"])
        #expect(
            try headers("headers: { X-Team: blue }, api_key_env: K")
                == ["X-Team: blue", "authorization: Bearer sk-env"])
    }

    @Test func `without an endpoint there is nobody to tell`() {
        let words = "has no endpoint; write that of a collector: http://127.0.0.1:4318"
        #expect(complaints("sample: 0.5") == ["telemetry " + words])
        #expect(complaints("") == ["telemetry " + words])
    }

    @Test func `plain http to another host needs to be allowed`() throws {
        #expect(
            complaints("endpoint: http://collector.example.com:4318") == [
                "telemetry.endpoint is plain http to \"collector.example.com\", which others on "
                    + "the way can read; use https, or say allow_insecure: true"
            ])
        let allowed = try read(
            "endpoint: http://collector.example.com:4318, allow_insecure: true")
        #expect(allowed?.endpoint == "http://collector.example.com:4318")
    }

    @Test(arguments: ["localhost:4318", "grpc://x:4317", "https://u:p@x", "https://x/?a=b"])
    func `what is no place to send to is refused`(endpoint: String) {
        let found = complaints("endpoint: \"\(endpoint)\"")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("telemetry.endpoint ") == true)
        #expect(found.first?.contains("u:p") == false)
    }

    @Test func `two ways of giving the key are one too many`() {
        #expect(
            complaints("\(Self.place), api_key_env: K, api_key_file: /k") == [
                "telemetry.api_key_file is one too many: api_key_env and api_key_file are given; "
                    + "keep one"
            ])
    }

    @Test func `a key that is not there is named`() {
        #expect(
            complaints("\(Self.place), api_key_env: NOPE") == [
                "telemetry.api_key_env names the environment variable \"NOPE\", which is not set; "
                    + "set it for the daemon or use api_key_file"
            ])
    }

    @Test func `a header for a key is nothing without one`() {
        #expect(
            complaints("\(Self.place), api_key_header: x-key") == [
                "telemetry.api_key_header names the header of a key, but there is none; give it by "
                    + "api_key_env, api_key_file or api_key_credential"
            ])
    }

    @Test(arguments: ["no name", "content-type", "host", "näme", ""])
    func `a key goes into no header that is not one for keys`(name: String) {
        let found = complaints("\(Self.place), api_key_env: K, api_key_header: \"\(name)\"")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("telemetry.api_key_header ") == true)
    }

    @Test func `a header's name is one, and no key is in the file`() {
        #expect(
            complaints("\(Self.place), headers: { \"a b\": c }")
                == ["header \"a b\" is no header name (RFC 9110, 5.6.2)"])
        #expect(
            complaints("\(Self.place), headers: { Authorization: Bearer sk-file }") == [
                "header \"Authorization\" carries a key; give it by api_key_env, api_key_file or "
                    + "api_key_credential"
            ])
        #expect(
            complaints("\(Self.place), headers: { Content-Type: text/plain }")
                == ["header \"Content-Type\" is set by the daemon itself; take it out"])
    }

    @Test(arguments: ["1.01", "-0.1"]) func `a sample out of its range is refused`(text: String) {
        #expect(
            complaints("\(Self.place), sample: \(text)")
                == ["telemetry.sample is \(text); it takes 0.0 to 1.0"])
    }

    @Test(arguments: ["half", "50%", "nan", "inf"])
    func `a sample that is no number is refused`(text: String) {
        #expect(
            complaints("\(Self.place), sample: \(text)")
                == ["telemetry.sample is \"\(text)\"; write a number such as 20"])
    }

    @Test(arguments: ["999ms", "61m", "0s"])
    func `an interval out of its range is refused`(text: String) {
        #expect(
            complaints("\(Self.place), interval: \(text)")
                == ["telemetry.interval is \(text); it takes 1s to 1h"])
    }

    @Test func `an unknown key is named, with the one that is meant`() {
        #expect(
            complaints("\(Self.place), samples: 1")
                == ["unknown key \"samples\" under telemetry; did you mean \"sample\"?"])
    }

    @Test func `no header's value is in a description of the configuration`() throws {
        let fixture = ConfigurationFixture(environment: ["K": "sk-canary"])
        let configuration = try fixture.load(
            "telemetry: { \(Self.place), api_key_env: K, headers: { X-Team: canary-team } }")
        var dumped = "\(configuration)"
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("canary"))
        #expect(dumped.contains("127.0.0.1:4318"))
    }
}
