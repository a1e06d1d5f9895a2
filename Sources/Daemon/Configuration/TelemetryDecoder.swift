internal import Models
internal import Providers
internal import Telemetry

/// Reads `telemetry`. The section alone turns it on.
struct TelemetryDecoder {
    let secrets: SecretReader

    private static let intervalRange: ClosedRange<Duration> = .seconds(1)...(.seconds(3_600))

    /// - Returns: nil where what is there was reported.
    func decode(_ value: ConfigurationValue) -> TelemetrySettings? {
        let section = ConfigurationSection<TelemetryKey>(value)
        guard let endpoint = endpoint(section, of: value) else { return nil }
        var settings = TelemetrySettings(endpoint: endpoint)
        if let interval = section[.interval]?.duration(in: Self.intervalRange) {
            settings.interval = interval
        }
        if let sample = section[.sample]?.number(in: 0...1) { settings.sample = sample }
        for header in section[.headers].map({ HeaderDecoder.headers($0) }) ?? [] {
            settings.add(header: header.name, header.value)
        }
        readKey(section, into: &settings)
        settings.resource = section[.resource].map(resource) ?? [:]
        return settings
    }

    private func endpoint(
        _ section: ConfigurationSection<TelemetryKey>, of value: ConfigurationValue
    ) -> String? {
        guard let given = section[.endpoint] else {
            value.fail("has no endpoint; write that of a collector: http://127.0.0.1:4318")
            return nil
        }
        guard let url = given.printable(bytesMax: 2048) else { return nil }
        let isAllowed = section[.allowInsecure]?.flag ?? false
        guard let complaint = BaseURL.complaint(url, allowInsecure: isAllowed) else { return url }
        given.fail(complaint)
        return nil
    }

    private func readKey(
        _ section: ConfigurationSection<TelemetryKey>, into settings: inout TelemetrySettings
    ) {
        let key = APIKeyDecoder(secrets: secrets).key(
            env: section[.apiKeyEnv], file: section[.apiKeyFile],
            credential: section[.apiKeyCredential])
        let name = section[.apiKeyHeader].flatMap { HeaderDecoder.keyHeader($0) }
        guard let key else {
            section[.apiKeyHeader]?.fail(
                "names the header of a key, but there is none; give it by api_key_env, "
                    + "api_key_file or api_key_credential")
            return
        }
        if let name {
            settings.add(header: name, key)
        } else {
            settings.add(header: "authorization", Secret("Bearer \(key.reveal())"))
        }
    }

    /// Attributes of the resource: what a collector's user finds this daemon by.
    private func resource(_ value: ConfigurationValue) -> [String: String] {
        var attributes: [String: String] = [:]
        for entry in value.entries {
            if let text = entry.value.printable(bytesMax: 1024) { attributes[entry.name] = text }
        }
        return attributes
    }
}
