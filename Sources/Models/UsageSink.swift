import Clocks

/// What one call came to, once it has ended: whose it was, what was tried, what each attempt used.
package struct UsageRecord: Sendable, Hashable {
    package var report: CallReport
    /// nil where it succeeded.
    package var reason: FailureReason?
    package var isStream: Bool
    /// From its arrival to its end.
    package var took: Duration
    /// An execution that its caller had left (`on_disconnect: finish`), recorded when it ended: the
    /// call itself has a record of its own, and the attempt is only in this one.
    package var isDetached = false

    package init(_ report: CallReport, reason: FailureReason?, isStream: Bool, took: Duration) {
        self.report = report
        self.reason = reason
        self.isStream = isStream
        self.took = took
    }
}

/// Told of each call that has ended, and of each execution that outlived its call.
///
/// Runs on the call's own task: it takes the record and returns. What it cannot keep is its to count;
/// it never fails a call.
package protocol UsageSink: Sendable {
    func callEnded(_ record: UsageRecord)
}

extension Call {
    /// What to tell the sink of the call, which has ended.
    package func usageRecord(isStream: Bool) -> UsageRecord {
        let reason: FailureReason? =
            switch ending {
            case .succeeded: nil
            case .failed(let reason): reason
            // Refused before it ran, or cut off by what stopped its task.
            case nil: .callerLeft
            }
        return UsageRecord(
            report(), reason: reason, isStream: isStream, took: arrived.duration(to: time.now))
    }

    /// Tells of an execution that goes on without its caller, once it has ended.
    package func tellAfterlife(_ tell: @escaping @Sendable (UsageRecord) -> Void) {
        guard afterlife.hasBegun, let last = report().attempts.last else { return }
        let (report, time) = (report(), time)
        let began = time.now
        afterlife.whenEnded { outcome in
            var attempt = last
            attempt.duration += began.duration(to: time.now)
            attempt.message = ""
            switch outcome {
            case .success(let response):
                attempt.reason = nil
                attempt.usage = response.usage
                attempt.upstreamRequestID = response.upstreamRequestID
                attempt.finishReason = response.finishReason
            case .failure(let error as ProviderFailure): attempt.failed(error)
            case .failure: attempt.usage = last.usage
            }
            var own = report
            own.attempts = [attempt]
            var record = UsageRecord(
                own, reason: attempt.reason, isStream: false, took: attempt.duration)
            record.isDetached = true
            tell(record)
        }
    }
}
