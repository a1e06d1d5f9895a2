/// Decides what follows a failed attempt, and what a chain that is used up ends with. Pure: the
/// table of upstream outcomes in words of code.
struct ChainPolicy: Sendable {
    enum Step: Sendable, Hashable {
        case failOver
        /// No other target would do better.
        case fail
    }

    private(set) var failures: [(target: Target, failure: ProviderFailure)] = []
    private(set) var skipped: [(target: Target, lacking: String)] = []
    /// A prompt was too long for a window of this size: smaller ones need not be tried.
    private var windowTooSmall: Int?

    /// A failed attempt on `target`, before it was established.
    mutating func next(after failure: ProviderFailure, on target: Target, window: Int?) -> Step {
        failures.append((target, failure))
        switch failure.kind {
        case .badRequest, .contentPolicy, .interrupted, .idleTimeout: return .fail
        case .contextTooLong:
            if let window { windowTooSmall = max(windowTooSmall ?? 0, window) }
            return .failOver
        case .unreachable, .firstChunkTimeout, .serverError, .overloaded, .rateLimited,
            .quotaExhausted, .credentials, .modelNotFound, .malformed, .incapable:
            return .failOver
        }
    }

    mutating func skip(_ target: Target, lacking: String) {
        skipped.append((target, lacking))
    }

    /// Why a target is not worth an attempt; nil when it is. A window that is not known may be
    /// the larger one.
    func lacking(_ needs: RequestNeeds, in can: Capabilities) -> String? {
        if let lacking = needs.lacking(in: can) { return lacking }
        guard let windowTooSmall, let window = can.contextWindowTokens,
            window <= windowTooSmall
        else { return nil }
        return """
            the prompt was too long for a window of \(windowTooSmall.shown) tokens; \
            this one has \(window.shown)
            """
    }
}

// MARK: - The end of the chain

extension ChainPolicy {
    /// What the call ends with when no target is left, or when the last failure is final.
    func end(model: String) -> Refusal {
        guard let last = failures.last else { return nothingTried(model) }
        if let reason = unanimous ?? final(last.failure.kind) {
            return refusal(reason, last.failure.kind, model)
        }
        return exhausted(model)
    }

    /// The reason all attempts agree on, where there is one with a name of its own.
    private var unanimous: FailureReason? {
        guard let kind = failures.first?.failure.kind,
            failures.allSatisfy({ $0.failure.kind == kind })
        else { return nil }
        switch kind {
        case .unreachable: return .noHealthyTarget
        case .rateLimited: return .upstreamRateLimited
        case .quotaExhausted: return .upstreamQuotaExhausted
        case .credentials: return .upstreamCredentials
        case .modelNotFound: return .unknownModel
        case .contextTooLong: return .contextTooLong
        case .incapable: return .badRequest
        default: return nil
        }
    }

    /// The reasons that end a chain whatever came before them.
    private func final(_ kind: ProviderFailure.Kind) -> FailureReason? {
        switch kind {
        case .badRequest: .badRequest
        case .contentPolicy: .contentPolicy
        case .interrupted, .idleTimeout: .streamInterrupted
        default: nil
        }
    }

    private func refusal(
        _ reason: FailureReason, _ kind: ProviderFailure.Kind, _ model: String
    ) -> Refusal {
        var refusal = Refusal(reason, "\(headline(of: reason, model)): \(story)")
        refusal.retryAfter = kind.isRetryable ? soonest : nil
        refusal.doNotRetry = reason == .upstreamQuotaExhausted || reason == .streamInterrupted
        return refusal
    }

    private func exhausted(_ model: String) -> Refusal {
        let retryable = failures.contains { $0.failure.kind.isRetryable }
        let headline = "every target of `\(model.brief)` failed"
        var refusal = Refusal(.chainExhausted, "\(headline): \(story)")
        refusal.code = retryable ? .unavailable : failures.last?.failure.kind.reason.code
        refusal.retryAfter = retryable ? soonest : nil
        return refusal
    }

    private func nothingTried(_ model: String) -> Refusal {
        let why = skipped.map { "\($0.target): \($0.lacking)" }.joined(separator: "; ")
        return .bad("no target of `\(model.brief)` can take this request: \(why.brief(512))")
    }

    /// When one of the targets may be well again. Upstream's hint, else a second.
    private var soonest: Duration {
        let hints = failures.compactMap { failure in
            failure.failure.kind.isRetryable ? failure.failure.retryAfter : nil
        }
        return max(hints.min() ?? .seconds(1), .milliseconds(1))
    }

    /// The attempts in words; a long one is cut, the report has them all.
    private var story: String {
        failures.map { "\($0.target): \($0.failure.message)" }.joined(separator: "; ").brief(512)
    }

    private func headline(of reason: FailureReason, _ model: String) -> String {
        let name = model.brief
        return switch reason {
        case .noHealthyTarget: "no target of `\(name)` can be reached"
        case .upstreamRateLimited: "every target of `\(name)` is rate limited"
        case .upstreamQuotaExhausted: "the spend or quota is gone on every target of `\(name)`"
        case .upstreamCredentials: "the provider refuses our key"
        case .unknownModel: "the provider has no such model"
        case .contextTooLong: "the prompt is longer than any window of `\(name)`"
        case .contentPolicy: "the provider refused the content"
        case .streamInterrupted: "upstream broke off its answer"
        default: "the provider refused the request"
        }
    }
}

extension ProviderFailure.Kind {
    /// Whether trying again later may help.
    package var isRetryable: Bool {
        switch self {
        case .unreachable, .firstChunkTimeout, .serverError, .overloaded, .rateLimited,
            .malformed:
            true
        case .quotaExhausted, .credentials, .modelNotFound, .contextTooLong, .contentPolicy,
            .badRequest, .interrupted, .idleTimeout, .incapable:
            false
        }
    }
}
