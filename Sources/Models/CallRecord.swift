import Clocks
import Lanes

/// How a call ended. Each call ends exactly once.
package enum CallEnding: Sendable, Hashable {
    case succeeded
    case failed(FailureReason)
}

/// What `Call` keeps behind its lock.
struct CallRecord: Sendable {
    struct Stops: Sendable {
        var task: (@Sendable () -> Void)?
        var attempt: (@Sendable () -> Void)?
    }

    var clocks: CallClocks
    var phase = CallPhase.queue
    var lane = ""
    var attempts: [AttemptReport] = []
    var waits: [WaitReport] = []
    var stops = Stops()
    var afterlife: Afterlife?
    private(set) var interruption: Interruption?
    private(set) var ending: CallEnding?
    /// Told the call's place while it waits for a slot.
    var queueFollower: QueuePlace.Follower?
    /// The wait before the attempt that runs now.
    private var attemptWaited: Duration = .zero
    private var attemptStartedAt = Instant.origin
    private var firstChunkAfter: Duration?
    private var attemptRuns = false
    private var hadSlot = false
    /// The clock that ended the call, where it is another than its chain's.
    var limitReached: Duration?

    init(executionTimeout: Duration?) {
        clocks = CallClocks(executionTimeout: executionTimeout)
    }

    /// - Returns: what to stop; nil when it comes too late.
    mutating func interrupted(by cause: Interruption) -> Stops? {
        if interruption != nil || ending != nil { return nil }
        interruption = cause
        return stops
    }

    /// A call that was interrupted cannot succeed any more: its caller has been told.
    ///
    /// - Returns: true when this is the end, false when the call has ended another way.
    mutating func ended(_ how: CallEnding) -> Bool {
        if ending != nil { return false }
        if how == .succeeded && interruption != nil { return false }
        ending = how
        stops = Stops()
        return true
    }
}

// MARK: - Attempts

extension CallRecord {
    /// - Returns: whether it had a slot before, and whom to tell its place.
    mutating func waits(in lane: String) -> (isRetry: Bool, follow: QueuePlace.Follower?) {
        if ending == nil {
            self.lane = lane
            phase = .queue
        }
        return (hadSlot, queueFollower)
    }

    mutating func attemptStarted(
        at now: Instant, waited: Duration, limits: AttemptLimits, isStream: Bool
    ) {
        clocks.attemptStarted(at: now, waited: waited, limits: limits, isStream: isStream)
        phase = isStream ? .establish : .execute
        attemptWaited = waited
        attemptStartedAt = now
        attemptRuns = true
        hadSlot = true
    }

    /// Waited without getting a slot.
    ///
    /// - Parameter lane: empty where it was for a target rather than a lane.
    mutating func waited(from began: Instant, to now: Instant, in lane: String) {
        let wait = began.duration(to: now)
        clocks.waitEnded(after: wait)
        if wait > .zero { waits.append(WaitReport(beganAt: began, took: wait, lane: lane)) }
        if ending == nil { phase = .queue }
    }

    mutating func established(at now: Instant) {
        clocks.established()
        phase = .stream
        firstChunkAfter = attemptStartedAt.duration(to: now)
    }

    /// The attempt that runs is over; without one, as when a wait for a slot failed, nothing is
    /// recorded.
    mutating func attemptEnded(
        on target: Target, at now: Instant, _ describe: (inout AttemptReport) -> Void
    ) {
        guard attemptRuns else { return }
        attemptRuns = false
        let duration = clocks.attemptEnded(at: now)
        // Written in its place: it is large, and would be copied there with all its texts.
        let place = attempts.count
        attempts.append(AttemptReport(target: target))
        attempts[place].lane = lane
        attempts[place].queueWait = attemptWaited
        attempts[place].startedAt = attemptStartedAt
        attempts[place].duration = duration
        attempts[place].firstChunkAfter = firstChunkAfter
        firstChunkAfter = nil
        describe(&attempts[place])
    }

    /// What the attempt said breaks its schema, and it is asked again: the turn counts as an attempt
    /// of its own, in the same slot.
    mutating func attemptCorrected(
        on target: Target, _ problems: String, usage: Usage, at now: Instant
    ) {
        attemptEnded(on: target, at: now) {
            $0.failed(.outputSchemaInvalid, problems)
            $0.usage = usage
        }
        clocks.attemptGoesOn(at: now)
        attemptWaited = .zero
        attemptStartedAt = now
        attemptRuns = true
    }

    /// The target was not tried.
    mutating func skipped(_ target: Target, _ reason: FailureReason, _ message: String) {
        var attempt = AttemptReport(target: target)
        attempt.failed(reason, message)
        attempts.append(attempt)
    }
}

extension AttemptReport {
    mutating func failed(_ failure: ProviderFailure) {
        reason = failure.kind.reason
        message = failure.message
        httpStatus = failure.httpStatus
        upstreamRequestID = failure.upstreamRequestID
        retryAfter = failure.retryAfter
        usage = failure.partialUsage
    }

    mutating func failed(_ reason: FailureReason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
