import Models

/// What an error of the Gemini API means, where its words are its own; `UpstreamErrorKind` knows
/// the rest.
enum GeminiErrorKind {
    /// - Parameter httpStatus: 0 when the error came inside a 200 and carried no status.
    static func of(_ error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        let message = error.message.lowercased()
        switch httpStatus {
        // "Check your plan and billing" is said of every limit, that of a minute as well. Where
        // the service also says when to come back, a wait does mend it.
        case 429 where error.details.contains { $0.retryDelay != nil }: return .rateLimited
        case 0 where saysContext(message), 400 where saysContext(message): return .contextTooLong
        case 0 where saysKey(message), 400 where saysKey(message): return .credentials
        default: return UpstreamErrorKind.of(error, httpStatus: httpStatus)
        }
    }

    private static func saysContext(_ message: String) -> Bool {
        message.contains("token count") && message.contains("exceeds")
    }

    /// A bad key is a bad argument to this service, not a 401.
    private static func saysKey(_ message: String) -> Bool {
        ["api key not valid", "api key not found", "api key expired"].contains {
            message.contains($0)
        }
    }
}
