package import Clocks

/// Keeps the time of one call: what it waited, what it ran, and when it has run for too long.
///
/// A pure machine; `StoppableRun` is its shell and arms one alarm at `deadline`. The caller's
/// deadline is the RPC layer's, the queue clock the lane's: from here on the slot is taken.
package struct CallClocks: Sendable, Hashable {
    enum State: Sendable, Hashable {
        /// No attempt runs: before the first slot, while a later attempt queues, and at the end.
        case standing
        /// An attempt runs. Goes to standing when it ends, to streaming when it is established.
        case running(since: Instant, firstChunkBy: Instant?)
        /// Established: the execution clock is off. Goes to standing when the stream ends.
        case streaming(since: Instant)
    }

    /// What an alarm that went off means.
    package enum Step: Sendable, Hashable {
        /// Nothing runs that could be late: the alarm crossed the end of its attempt.
        case ignore
        /// Not yet.
        case wait(until: Instant)
        case firstChunkTimeout
        case executionTimeout
    }

    private var state = State.standing
    /// Waited for slots so far.
    package private(set) var queueWait: Duration = .zero
    /// Run by attempts that have ended.
    private var spent: Duration = .zero
    /// What all attempts together may run. A chain that reaches a slow provider is given the
    /// slow provider's clock, and keeps it.
    private var budget: Duration = .zero
    /// The request's own `execution_timeout_ms`; it overrides every provider's.
    private let asked: Duration?

    package init(executionTimeout asked: Duration?) {
        self.asked = asked
    }

    /// An attempt has its slot.
    ///
    /// - Parameter isStream: a stream has a first-chunk clock; a generate has none, since one
    ///   that answers in a single piece may rightly take as long as its execution clock.
    package mutating func attemptStarted(
        at now: Instant, waited: Duration, limits: AttemptLimits, isStream: Bool
    ) {
        queueWait += waited
        budget = asked ?? max(budget, limits.executionTimeout)
        let firstChunkBy = isStream ? now + limits.firstChunkTimeout : nil
        state = .running(since: now, firstChunkBy: firstChunkBy)
    }

    /// The wait for a slot came to nothing.
    package mutating func waitEnded(after waited: Duration) {
        queueWait += waited
    }

    /// The first chunk is here. From now on only the idle clock watches the stream.
    package mutating func established() {
        if case .running(let since, _) = state { state = .streaming(since: since) }
    }

    /// The attempt is over, well or ill.
    ///
    /// - Returns: how long it ran.
    @discardableResult
    package mutating func attemptEnded(at now: Instant) -> Duration {
        let took = running(at: now)
        spent += took
        state = .standing
        return took
    }

    /// Another turn of the attempt that has just ended, in the same slot.
    package mutating func attemptGoesOn(at now: Instant) {
        state = .running(since: now, firstChunkBy: nil)
    }

    /// Spent running so far, over all attempts.
    package func execution(at now: Instant) -> Duration {
        spent + running(at: now)
    }

    /// What the execution clock allows this call in all; zero before its first slot.
    package var executionLimit: Duration { budget }

    /// When the alarm should go off; nil while no clock of ours runs.
    package var deadline: Instant? {
        guard case .running(let since, let firstChunkBy) = state else { return nil }
        let executionBy = since + (budget - spent)
        return firstChunkBy.map { min($0, executionBy) } ?? executionBy
    }

    /// The alarm has gone off. The execution clock comes first: when both are due, no other
    /// target could be given any time.
    package func alarmFired(at now: Instant) -> Step {
        guard case .running(let since, let firstChunkBy) = state, let deadline else {
            return .ignore
        }
        if now < deadline { return .wait(until: deadline) }
        if now >= since + (budget - spent) { return .executionTimeout }
        return firstChunkBy == nil ? .ignore : .firstChunkTimeout
    }

    private func running(at now: Instant) -> Duration {
        switch state {
        case .standing: .zero
        case .running(let since, _), .streaming(let since): max(.zero, since.duration(to: now))
        }
    }
}
