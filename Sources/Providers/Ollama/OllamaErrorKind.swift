import Models

/// What an error of Ollama means: it has no codes, only a status and a sentence.
enum OllamaErrorKind {
    /// An error inside an answer that said 200.
    static func of(_ error: UpstreamErrorBody) -> ProviderFailure.Kind {
        of(error, httpStatus: error.status)
    }

    /// - Parameter httpStatus: 0 when the error came inside a 200 and carried no status.
    static func of(_ error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        // Any other status says enough by itself.
        if [0, 400, 500].contains(httpStatus), let kind = words(error.message.lowercased()) {
            return kind
        }
        return UpstreamErrorKind.of(error, httpStatus: httpStatus)
    }

    private static func words(_ message: String) -> ProviderFailure.Kind? {
        if has(message, incapable) { return .incapable }
        if has(message, tooLong) { return .contextTooLong }
        return message.contains("requires more system memory") ? .serverError : nil
    }

    private static func has(_ message: String, _ phrases: [String]) -> Bool {
        phrases.contains { message.contains($0) }
    }

    /// `… does not support tools`, thinking, or chat at all; the last is of images.
    private static let incapable = [
        "does not support ", "is not supported for this model",
        "missing data required for image input",
    ]

    /// The server's own words, its cloud's, and those of the runners behind it.
    private static let tooLong = [
        "exceeds the context length", "exceeds context length", "exceeds maximum context length",
        "exceeded max context length", "exceeds the available context size",
    ]
}
