/// What a call ends with when its chain has no target left to try, or when the last failure is
/// final.
struct ChainEnd {
    struct Failure: Sendable {
        var target: Target
        var failure: ProviderFailure
    }

    let model: String
    let failures: [Failure]
    /// Targets that were not tried.
    let skips: [(target: Target, skip: ChainSkip)]
    /// Until the soonest of the targets that are left alone may be called; nil where there is none.
    let opensIn: Duration?

    var refusal: Refusal {
        guard let last = failures.last else {
            return opensIn == nil ? nothingTried : unhealthy
        }
        if let reason = final(last.failure.kind) { return refusal(reason, last.failure.kind) }
        // Some targets failed and others are left alone.
        if skips.contains(where: { $0.skip.reason == .targetCooling }) {
            return unanimous == .noHealthyTarget ? unhealthy : exhausted
        }
        if let unanimous { return refusal(unanimous, last.failure.kind) }
        return exhausted
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
        case .contentPolicy: return .contentPolicy
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

    private func refusal(_ reason: FailureReason, _ kind: ProviderFailure.Kind) -> Refusal {
        var refusal = Refusal(reason, "\(headline(of: reason)): \(story)")
        refusal.retryAfter = kind.isRetryable ? soonest : nil
        refusal.doNotRetry = reason == .upstreamQuotaExhausted || reason == .streamInterrupted
        return refusal
    }

    private var exhausted: Refusal {
        let retryable = opensIn != nil || failures.contains { $0.failure.kind.isRetryable }
        var refusal = Refusal(.chainExhausted, "every target of `\(model.brief)` failed: \(story)")
        refusal.code = retryable ? .unavailable : failures.last?.failure.kind.reason.code
        refusal.retryAfter = retryable ? soonest : nil
        return refusal
    }

    private var unhealthy: Refusal {
        var refusal = Refusal(
            .noHealthyTarget, "no target of `\(model.brief)` is healthy: \(story)")
        refusal.retryAfter = soonest
        return refusal
    }

    private var nothingTried: Refusal {
        let isTooLong =
            !skips.isEmpty && skips.allSatisfy { $0.skip.reason == .contextTooLong }
        return Refusal(
            isTooLong ? .contextTooLong : .badRequest,
            "no target of `\(model.brief)` can take this request: \(story)")
    }

    /// When one of the targets may be well again: the soonest hint or opening, else a second.
    private var soonest: Duration {
        let hints = failures.compactMap { failure in
            failure.failure.kind.isRetryable ? failure.failure.retryAfter : nil
        }
        let soonest = (hints + (opensIn.map { [$0] } ?? [])).min() ?? .seconds(1)
        return max(soonest, .milliseconds(1))
    }

    /// The attempts in words; a long one is cut, the report has them all.
    private var story: String {
        var told: [(text: String, times: Int)] = []
        let texts =
            skips.map { "\($0.target): \($0.skip.message)" }
            + failures.map { "\($0.target): \($0.failure.message)" }
        for text in texts {
            if let last = told.indices.last, told[last].text == text {
                told[last].times += 1
            } else {
                told.append((text, 1))
            }
        }
        return told.map { $0.times == 1 ? $0.text : "\($0.text) (\($0.times) times)" }
            .joined(separator: "; ").brief(512)
    }

    private func headline(of reason: FailureReason) -> String {
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
