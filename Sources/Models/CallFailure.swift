/// How a call that failed ended. The wires turn it into their status, and into nothing else.
package struct CallFailure: Error, Sendable {
    package var reason: FailureReason
    /// The gRPC code: the reason's own but for `CHAIN_EXHAUSTED`.
    package var code: Code
    /// What happened, with the measured value and the limit, for a person.
    package var message: String
    /// When trying again can help, and how soon; nil where it cannot.
    package var retryAfter: Duration?
    /// Tells clients that retry by themselves to let it be (`grpc-retry-pushback-ms: -1`).
    package var doNotRetry: Bool
    @Boxed package var report: CallReport
    /// What a broken stream had used, where known or estimated.
    @Boxed package var partialUsage: Usage?
    /// With OUTPUT_SCHEMA_INVALID.
    @Boxed package var invalidOutput: InvalidOutput?

    package init(
        _ reason: FailureReason, _ message: String, report: CallReport, code: Code? = nil,
        retryAfter: Duration? = nil, doNotRetry: Bool = false, partialUsage: Usage? = nil
    ) {
        self.reason = reason
        self.code = code ?? reason.code
        self.message = message
        self.retryAfter = retryAfter
        self.doNotRetry = doNotRetry
        _report = Boxed(wrappedValue: report)
        _partialUsage = Boxed(wrappedValue: partialUsage)
        _invalidOutput = Boxed(wrappedValue: nil)
    }
}

/// A failure that does not yet know its call: what pure checks throw and the chain decides.
package struct Refusal: Error, Sendable, Hashable {
    package var reason: FailureReason
    package var message: String
    /// nil is the reason's own.
    package var code: Code?
    package var retryAfter: Duration?
    package var doNotRetry = false

    package init(_ reason: FailureReason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

extension Refusal {
    /// What was decided already, without whose call it was.
    init(_ failure: CallFailure) {
        self.init(failure.reason, failure.message)
        code = failure.code
        retryAfter = failure.retryAfter
        doNotRetry = failure.doNotRetry
    }
}

extension CallFailure {
    package init(_ refusal: Refusal, report: CallReport, partialUsage: Usage? = nil) {
        self.init(
            refusal.reason, refusal.message, report: report, code: refusal.code,
            retryAfter: refusal.retryAfter, doNotRetry: refusal.doNotRetry,
            partialUsage: partialUsage)
    }
}
