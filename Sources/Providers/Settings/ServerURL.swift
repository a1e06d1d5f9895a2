extension ProviderSettings {
    /// Where its server is; nil for models inside this process.
    package var serverURL: String? {
        if kind == .builtin { return nil }
        return baseURL ?? usualBaseURL
    }

    private var usualBaseURL: String? {
        switch kind {
        case .builtin: nil
        case .openai: OpenAIChat.usualBaseURL
        case .anthropic: Anthropic.usualBaseURL
        case .gemini: Gemini.usualBaseURL
        case .ollama: Ollama.usualBaseURL
        }
    }
}
