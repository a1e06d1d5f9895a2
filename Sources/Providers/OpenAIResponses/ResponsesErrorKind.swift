import Models

/// What an error of the Responses API means: it has codes that chat completions has not.
enum ResponsesErrorKind {
    /// An error inside an answer that said 200.
    static func of(_ error: UpstreamErrorBody) -> ProviderFailure.Kind {
        of(error, httpStatus: error.status)
    }

    /// - Parameter httpStatus: 0 when the error came inside a 200 and carried no status.
    static func of(_ error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        let isVague = httpStatus == 0 || httpStatus == 400
        if isVague, saysPolicy(error) { return .contentPolicy }
        let kind = UpstreamErrorKind.of(error, httpStatus: httpStatus)
        // `invalid_prompt`, `invalid_image` and their like, found out after the 200 was sent.
        if kind == .malformed, error.code.hasPrefix("invalid_") { return .badRequest }
        return kind
    }

    /// Reasoning models refuse a prompt as `invalid_prompt` and say only in words that it was flagged.
    private static func saysPolicy(_ error: UpstreamErrorBody) -> Bool {
        if error.code == "image_content_policy_violation" { return true }
        let message = error.message.lowercased()
        return error.code == "invalid_prompt"
            && ["flagged", "usage policy", "usage policies"].contains { message.contains($0) }
    }
}
