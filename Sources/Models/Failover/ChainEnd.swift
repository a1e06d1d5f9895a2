import Clocks

/// What a call ends with when its chain has no target left to try, or when the last failure is
/// final.
struct ChainEnd {
    struct Failure: Sendable {
        var place: Int
        var failure: ProviderFailure
        var at: Instant
    }

    let model: String
    /// The whole chain; failures and skips are of places in it.
    let targets: [Target]
    let failures: [Failure]
    /// Targets that were not tried.
    let skips: [ChainSkip]
    /// Until one of the targets may be well again; nil where trying later helps nothing.
    let soonest: Duration?

    var refusal: Refusal {
        let isAnyCooling = skips.contains { $0.reason == .targetCooling }
        guard let last = failures.last else { return isAnyCooling ? unhealthy : nothingTried }
        if let reason = final(last.failure.kind) { return refusal(reason, last.failure.kind) }
        // Some targets failed and others are left alone.
        if isAnyCooling { return unanimous == .noHealthyTarget ? unhealthy : exhausted }
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
        var refusal = Refusal(.chainExhausted, "every target of `\(model.brief)` failed: \(story)")
        refusal.code = soonest == nil ? failures.last?.failure.kind.reason.code : .unavailable
        refusal.retryAfter = soonest
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
            !skips.isEmpty && skips.allSatisfy { $0.reason == .contextTooLong }
        return Refusal(
            isTooLong ? .contextTooLong : .badRequest,
            "no target of `\(model.brief)` can take this request: \(story)")
    }

    /// The attempts in words; a long one is cut, the report has them all.
    private var story: String {
        var told: [(text: String, times: Int)] = []
        let texts =
            skips.map { "\(targets[$0.place]): \($0.message)" }
            + failures.map { "\(targets[$0.place]): \($0.failure.message)" }
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
