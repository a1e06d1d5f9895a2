import Models

/// What an error means, from its status and the words that servers use.
enum UpstreamErrorKind {
    /// - Parameter httpStatus: 0 when the error came inside a 200 and carried no status.
    static func of(_ error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        let words = Words(error)
        switch httpStatus {
        case 429: return words.sayQuota ? .quotaExhausted : .rateLimited
        case 402: return .quotaExhausted
        case 401: return .credentials
        // Some gateways refuse a flagged prompt with 403 and some a spent account.
        case 403: return words.sayPolicy ? .contentPolicy : words.sayQuotaCode ?? .credentials
        case 404: return .modelNotFound
        case 408: return .serverError
        case 413: return .contextTooLong
        case 503, 529: return .overloaded
        case 500...: return .serverError
        case 400..<500: return words.kind ?? .badRequest
        default: return words.kind ?? .malformed
        }
    }

    /// The words servers use, gathered from their documents and answers.
    private struct Words {
        /// `code` and `type`.
        let codes: Set<String>
        let message: String

        init(_ error: UpstreamErrorBody) {
            codes = [error.code.lowercased(), error.type.lowercased()]
            message = error.message.lowercased()
        }

        /// Nil when the words say nothing beyond "bad request".
        var kind: ProviderFailure.Kind? {
            if sayContext { return .contextTooLong }
            if sayPolicy { return .contentPolicy }
            if let quota = sayQuotaCode { return quota }
            if codes.contains("invalid_api_key") || message.contains("api key not valid") {
                return .credentials
            }
            if codes.contains("model_not_found") { return .modelNotFound }
            if codes.contains("rate_limit_exceeded") || codes.contains("rate_limit_error") {
                return .rateLimited
            }
            if codes.contains("overloaded_error") || codes.contains("engine_overloaded") {
                return .overloaded
            }
            if codes.contains("server_error") || codes.contains("internal_server_error") {
                return .serverError
            }
            return codes.contains("invalid_request_error") ? .badRequest : nil
        }

        private var sayContext: Bool {
            !codes.isDisjoint(with: ["context_length_exceeded", "exceed_context_size_error"])
                || [
                    "maximum context length", "exceeds the available context size",
                    "exceeds the context window", "context length exceeded", "prompt is too long",
                ].contains { message.contains($0) }
        }

        var sayPolicy: Bool {
            !codes.isDisjoint(with: [
                "content_filter", "content_policy", "content_policy_violation",
                "responsibleaipolicyviolation", "moderation_blocked",
            ])
                || [
                    "content policy", "content management policy", "content filter",
                    "requires moderation", "input was flagged",
                ].contains { message.contains($0) }
        }

        /// Only the codes: outside a 429 a message about billing may be about anything.
        var sayQuotaCode: ProviderFailure.Kind? {
            codes.isDisjoint(with: [
                "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
                "insufficient_balance", "insufficient_credits",
            ]) ? nil : .quotaExhausted
        }

        var sayQuota: Bool {
            sayQuotaCode != nil
                || [
                    "billing", "exceeded your current quota", "insufficient credit",
                    "insufficient balance", "spending limit", "out of credits",
                ].contains { message.contains($0) }
        }
    }
}
