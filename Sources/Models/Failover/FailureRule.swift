/// What follows a failure of upstream before a stream is established, or of a generate: the table
/// of docs/failover.md in code. One row a kind.
package struct FailureRule: Sendable, Hashable {
    /// Whether the same target is tried once more.
    package enum Retry: Sendable, Hashable {
        case never
        /// After a backoff, no earlier than the hint.
        case once
        /// Only where upstream says when.
        case onceWithHint
        /// Once, where the hint is at most this long: after it.
        case onceAfterHint(max: Duration)
    }

    /// What the failure says of the target, for all other calls.
    package enum Mark: Sendable, Hashable {
        /// Nothing: it was the request's fault, or nobody's. The target has answered.
        case none
        /// Nothing: the target has not even heard of the call.
        case unheard
        /// Counts to the breaker.
        case counts
        /// Not called until the hint.
        case untilHint
        /// Not called for a quarter of an hour.
        case quota
        /// Not called but for a probe every five minutes.
        case refused
    }

    /// Whether another target is tried.
    package enum FailOver: Sendable, Hashable {
        case always
        /// Only one whose context window is larger, or not known.
        case toLargerWindow
        /// Only where the tier says so.
        case whereTierSays
        case never
    }

    package let retry: Retry
    package let failOver: FailOver
    package let mark: Mark

    private init(_ retry: Retry, _ failOver: FailOver, _ mark: Mark) {
        (self.retry, self.failOver, self.mark) = (retry, failOver, mark)
    }

    package init(_ failure: ProviderFailure) {
        let rule = Self(failure.kind)
        self.init(rule.retry, rule.failOver, failure.isOfHost ? .unheard : rule.mark)
    }

    package init(_ kind: ProviderFailure.Kind) {
        switch kind {
        case .unreachable, .serverError, .malformed: self.init(.once, .always, .counts)
        case .overloaded: self.init(.onceWithHint, .always, .counts)
        case .firstChunkTimeout: self.init(.never, .always, .counts)
        case .rateLimited: self.init(.onceAfterHint(max: .seconds(2)), .always, .untilHint)
        case .quotaExhausted: self.init(.never, .always, .quota)
        case .credentials, .modelNotFound: self.init(.never, .always, .refused)
        case .contextTooLong: self.init(.never, .toLargerWindow, .none)
        case .contentPolicy: self.init(.never, .whereTierSays, .none)
        case .incapable: self.init(.never, .always, .none)
        // Broken after it was established: nothing is retried or spliced any more.
        case .badRequest, .interrupted, .idleTimeout: self.init(.never, .never, .none)
        }
    }
}
