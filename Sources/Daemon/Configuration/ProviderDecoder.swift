internal import Models
internal import Providers

/// Reads `providers`.
struct ProviderDecoder {
    let secrets: SecretReader
    /// What was said of models meanwhile.
    private(set) var capabilities = CapabilityDecoder()

    init(secrets: SecretReader) {
        self.secrets = secrets
    }

    /// Keys that only some kinds understand.
    private static let serverKeys: [ProviderKey] = [
        .baseURL, .apiKeyEnv, .apiKeyFile, .apiKeyCredential, .headers, .allowInsecure,
    ]
    private static let openAIKeys: [ProviderKey] = [.api, .maxTokensField]
    private static let builtinKeys: [ProviderKey] = [.paceTokensPerSecond, .firstChunkDelayMillis]

    /// A provider that could not be read keeps its name, so that targets that use it are not
    /// reported too.
    mutating func decode(_ value: ConfigurationValue?) -> [ProviderSettings] {
        var providers: [ProviderSettings] = []
        for entry in value?.entries ?? [] where entry.isName {
            providers.append(provider(entry))
        }
        if !providers.contains(where: { $0.name == UsualProviders.builtin.name }) {
            providers.append(UsualProviders.builtin)
        }
        return providers
    }

    private mutating func provider(_ entry: ConfigurationValue.Entry) -> ProviderSettings {
        let section = ConfigurationSection<ProviderKey>(entry.value)
        guard let kind = kind(section, of: entry) else {
            return ProviderSettings(name: entry.name, kind: .builtin)
        }
        var settings = ProviderSettings(name: entry.name, kind: kind)
        if let slow = section[.slow]?.flag { settings.slow = slow }
        if let models = section[.models] { capabilities.read(models, of: entry.name) }
        switch kind {
        case .openai:
            refuse(Self.builtinKeys, in: section, kind: kind)
            readServer(section, into: &settings)
            settings.maxTokensField = section[.maxTokensField]?.word()
            if let api: OpenAIAPI = section[.api]?.word() { settings.api = api }
        case .anthropic, .ollama, .gemini:
            refuse(Self.builtinKeys + Self.openAIKeys, in: section, kind: kind)
            readServer(section, into: &settings)
        case .builtin:
            refuse(Self.serverKeys + Self.openAIKeys, in: section, kind: kind)
            readBuiltin(section, into: &settings)
        }
        return settings
    }

    private func kind(
        _ section: ConfigurationSection<ProviderKey>, of entry: ConfigurationValue.Entry
    ) -> ProviderKind? {
        let supported = ProviderKind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        guard let value = section[.kind] else {
            entry.value.findings.report(
                "\(entry.value.path) has no kind; it takes \(supported)", at: entry.mark)
            return nil
        }
        return value.word()
    }

    private func refuse(
        _ keys: [ProviderKey], in section: ConfigurationSection<ProviderKey>, kind: ProviderKind
    ) {
        for key in keys {
            section[key]?.fail("does nothing for kind \(kind.rawValue); take it out")
        }
    }

    private func readServer(
        _ section: ConfigurationSection<ProviderKey>, into settings: inout ProviderSettings
    ) {
        if let flag = section[.allowInsecure]?.flag { settings.allowPlainHTTP = flag }
        if let value = section[.baseURL], let url = value.printable(bytesMax: 2048) {
            let complaint = BaseURL.complaint(url, allowInsecure: settings.allowPlainHTTP)
            if let complaint { value.fail(complaint) }
            settings.baseURL = url
        }
        settings.apiKey = APIKeyDecoder(secrets: secrets).key(
            env: section[.apiKeyEnv], file: section[.apiKeyFile],
            credential: section[.apiKeyCredential])
        settings.headers = section[.headers].map { HeaderDecoder.headers($0) } ?? []
    }

    private func readBuiltin(
        _ section: ConfigurationSection<ProviderKey>, into settings: inout ProviderSettings
    ) {
        settings.echo.paceTokensPerSecond =
            section[.paceTokensPerSecond]?.number(in: 0.001...1_000_000)
        if let millis = section[.firstChunkDelayMillis]?.whole(in: 0...86_400_000) {
            settings.echo.firstChunkDelay = .milliseconds(millis)
        }
    }
}
