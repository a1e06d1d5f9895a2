/// Told of each hop of a call from one target to the next.
///
/// It is handed no context. Whose call it was, and what had been tried, travels inside the error
/// through every wrapper: `error.callReport`.
package protocol FailoverObserver: Sendable {
    /// It wants the whole prompt in the report, where prompts are kept at all. False unless it says
    /// so: a prompt may be megabytes.
    var keepsPrompts: Bool { get }

    /// Runs on the call's own task, so it must be short.
    func failedOver(_ error: any Error, to target: Target)
}

extension FailoverObserver {
    package var keepsPrompts: Bool { false }
}

/// One hop, as it is logged: read out of a bare error.
package struct FailoverRecord: Sendable, Hashable {
    package var report: CallReport
    /// The target that was given up; nil where the error does not know.
    package var from: Target?
    package var to: Target
    package var reason: FailureReason
    /// For a person; secrets are taken out.
    package var message: String

    /// - Returns: nil for an error that was never attributed.
    package init?(_ error: any Error, to target: Target) {
        guard let report = error.callReport else { return nil }
        self.report = report
        from = report.attempts.last?.target
        to = target
        switch error.bare {
        case let failure as ProviderFailure:
            (reason, message) = (failure.kind.reason, failure.message)
        case let refusal as Refusal: (reason, message) = (refusal.reason, refusal.message)
        case let failure as CallFailure: (reason, message) = (failure.reason, failure.message)
        // Its text is not known to be free of secrets.
        default: (reason, message) = (.internal, "\(type(of: error.bare))")
        }
    }
}
