package import Clocks
package import Lanes
import Synchronization

/// One call from its arrival to its end: whose it is, what has been tried, and who or what ended
/// it. Shared by the wire, which may interrupt it, and the chain, which runs it.
package final class Call: Sendable {
    package let attribution: Attribution
    /// The model exactly as the client asked for it.
    package let model: String
    package let arrived: Instant
    /// The caller's own deadline; nil when it has none.
    package let deadline: Instant?
    /// What the call runs at: its caller's ceiling has been heeded.
    package let priority: Priority
    /// The request's own queue clock; the lane's applies where it is shorter.
    package let maxQueueWait: Duration?
    /// The request's own execution clock; nil leaves it to the provider's.
    package let executionTimeout: Duration?
    /// What all its clocks go by.
    package let time: any TimeSource
    /// A failure's report shows the prompt.
    package let persistPrompts: Bool

    private let record: Mutex<CallRecord>

    package init(
        attribution: Attribution, model: String, arrived: Instant, deadline: Instant?,
        priority: Priority = .normal, maxQueueWait: Duration? = nil,
        executionTimeout: Duration? = nil, time: any TimeSource = AlarmlessTime(),
        persistPrompts: Bool = false
    ) {
        self.attribution = attribution
        self.model = model
        self.arrived = arrived
        self.deadline = deadline
        self.priority = priority
        self.maxQueueWait = maxQueueWait
        self.executionTimeout = executionTimeout
        self.time = time
        self.persistPrompts = persistPrompts
        self.record = Mutex(CallRecord(executionTimeout: executionTimeout))
    }

    func update<T>(_ change: (inout CallRecord) -> T) -> T {
        record.withLock { change(&$0) }
    }
}

// MARK: - Interrupting

extension Call {
    /// What interrupted the call; nil while nothing has.
    package var interruption: Interruption? { update { $0.interruption } }

    /// Ends the call from outside: whatever runs for it is stopped. After the first
    /// interruption, and after the call's end, this does nothing.
    ///
    /// - Returns: true when this was the one.
    @discardableResult
    package func interrupt(_ cause: Interruption) -> Bool {
        // The closures run outside the lock: they cancel tasks, and that runs others' code.
        guard let stops = update({ $0.interrupted(by: cause) }) else { return false }
        stops.attempt?()
        stops.task?()
        return true
    }

    /// Says how to stop the task that runs the call: `call.bind { task.cancel() }`. It is run at
    /// once when the call has been interrupted already.
    package func bind(stop: @escaping @Sendable () -> Void) {
        let late = update { record in
            if record.ending == nil { record.stops.task = stop }
            return record.interruption != nil
        }
        if late { stop() }
    }

    /// Has the call's place told while it waits for a slot, see `Lane.slot(for:follow:)`.
    package func followQueue(by follower: @escaping QueuePlace.Follower) {
        update { $0.queueFollower = follower }
    }

    /// Someone has said how to stop the task that runs the call.
    var isBound: Bool { update { $0.stops.task != nil } }

    /// The attempt now running is stopped by this; nil when there is none.
    func attemptStops(by stop: (@Sendable () -> Void)?) {
        let late = update { record in
            record.stops.attempt = stop
            return record.interruption != nil
        }
        if late { stop?() }
    }
}

// MARK: - Reporting

extension Call {
    /// What becomes of what runs for it when its caller has left. Made when first asked for: most
    /// calls have none.
    package var afterlife: Afterlife {
        update { record in
            if let afterlife = record.afterlife { return afterlife }
            let afterlife = Afterlife()
            record.afterlife = afterlife
            return afterlife
        }
    }

    /// What has happened to the call up to now; once it has ended, what had until then.
    package func report() -> CallReport {
        let now = time.now
        return update { record in
            CallReport(
                attribution: attribution, lane: record.lane, model: model, phase: record.phase,
                priority: priority, queueWait: record.clocks.queueWait,
                execution: record.clocks.execution(at: now), attempts: record.attempts,
                waits: record.waits)
        }
    }

    func attemptCorrected(on target: Target, _ problems: String, usage: Usage) {
        let now = time.now
        update { $0.attemptCorrected(on: target, problems, usage: usage, at: now) }
    }

    /// It has a span of its own, recorded or not, and its chunks are timed.
    package var isTraced: Bool { attribution.trace?.span != nil }

    /// What upstream is sent as `traceparent` by the attempt that runs now; nil for nothing.
    package var traceparent: String? {
        guard let trace = attribution.trace else { return nil }
        return trace.traceparent(ofAttempt: trace.span == nil ? 0 : update { $0.attempts.count })
    }

    /// How the call ended; nil while it goes on.
    package var ending: CallEnding? { update { $0.ending } }
}
