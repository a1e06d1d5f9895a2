internal import Providers

/// The providers nobody has to configure: `builtin`, and the services whose usual key variable is
/// set when there is no file.
enum UsualProviders {
    /// Without an address the kind's own holds.
    private static let services: [(String, ProviderKind, variable: String, baseURL: String?)] = [
        ("openai", .openai, "OPENAI_API_KEY", "https://api.openai.com/v1"),
        ("anthropic", .anthropic, "ANTHROPIC_API_KEY", nil),
        ("gemini", .gemini, "GEMINI_API_KEY", nil),
        ("groq", .openai, "GROQ_API_KEY", "https://api.groq.com/openai/v1"),
        ("openrouter", .openai, "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1"),
        ("mistral", .openai, "MISTRAL_API_KEY", "https://api.mistral.ai/v1"),
        ("deepseek", .openai, "DEEPSEEK_API_KEY", "https://api.deepseek.com/v1"),
    ]

    static let builtin = ProviderSettings(name: "builtin", kind: .builtin)

    static func found(with secrets: SecretReader, findings: Findings) -> [ProviderSettings] {
        var found: [ProviderSettings] = []
        for (name, kind, variable, baseURL) in services {
            // Set but empty is how a variable is switched off.
            guard let text = secrets.environment[variable], !text.isEmpty else { continue }
            do throws(SecretReader.Refusal) {
                var provider = ProviderSettings(name: name, kind: kind)
                provider.baseURL = baseURL
                provider.apiKey = try secrets.variable(variable)
                found.append(provider)
            } catch {
                findings.report("provider \(name) \(error.reason)")
            }
        }
        return found + [builtin]
    }
}
