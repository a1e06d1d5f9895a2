import Models

/// What Anthropic's errors mean. Its types say most of it; two things it has no type for come as
/// `invalid_request_error` and are only told apart by their messages.
enum AnthropicErrorKind {
    /// - Parameter httpStatus: 0 when the error came inside a 200.
    static func of(_ error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        ofMessage(error.message.lowercased()) ?? ofType(error.type)
            ?? UpstreamErrorKind.of(error, httpStatus: httpStatus)
    }

    /// The messages come before the types: in a stream a blocked answer is an `api_error`.
    private static func ofMessage(_ message: String) -> ProviderFailure.Kind? {
        func says(_ words: String) -> Bool { message.contains(words) }
        // The second is for a prompt that would fit, but not together with `max_tokens`.
        if says("prompt is too long") || says("exceed context limit") { return .contextTooLong }
        // The second is for the limit an organization sets itself, by the month.
        if says("credit balance is too low") || says("specified api usage limits") {
            return .quotaExhausted
        }
        return says("content filtering policy") ? .contentPolicy : nil
    }

    /// Nil for `invalid_request_error`, which may come with any status, for `rate_limit_error`,
    /// which all servers share, and for types not known.
    private static func ofType(_ type: String) -> ProviderFailure.Kind? {
        switch type {
        case "authentication_error", "permission_error": .credentials
        case "billing_error": .quotaExhausted
        case "not_found_error": .modelNotFound
        case "request_too_large": .contextTooLong
        case "overloaded_error": .overloaded
        case "api_error", "timeout_error": .serverError
        default: nil
        }
    }
}
