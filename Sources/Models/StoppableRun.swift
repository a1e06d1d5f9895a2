import Clocks
import Synchronization

/// Runs one attempt where it can be stopped without stopping the call: the first-chunk clock must
/// end an attempt and leave its task alive for the next target.
///
/// Swift can only cancel a whole task, so the attempt gets one of its own: a single structured
/// child, which stays on its parent's executor and is cancelled with it. The parent waits on a
/// latch that the child, the alarm or an interruption sets; if it was not the child, the group
/// cancels the child and waits for it to be gone, so that nothing runs on after its slot is
/// free. This costs a few microseconds, next to nothing beside an upstream request. Models that
/// answer at once (`builtin/echo`) never wait, need no stopping and do not come here.
struct StoppableRun<Answer: Sendable>: Sendable {
    private enum Outcome: Sendable {
        case answered(Result<Answer, any Error>)
        case stopped(Cause)
    }

    private enum Cause: Sendable {
        case call, firstChunkClock, executionClock
    }

    private let call: Call
    private let limits: AttemptLimits
    /// A copy: it stands for this attempt alone, and still does when the call has gone on.
    private let clocks: CallClocks
    private let latch = Latch<Outcome>()
    private let alarm = AlarmSlot()

    init(_ call: Call, _ limits: AttemptLimits) {
        self.call = call
        self.limits = limits
        self.clocks = call.update { $0.clocks }
    }

    /// - Parameter heedsCaller: false for an execution detached from its caller: then only the
    ///   clocks, and the cancellation of the task itself, stop it.
    func run(
        heedsCaller: Bool = true, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { latch.set(.answered(await result(of: work))) }
            if let deadline = clocks.deadline { alarm.set(call.time, at: deadline) { fired() } }
            if heedsCaller { call.attemptStops { latch.set(.stopped(.call)) } }
            let outcome = await latch.value()
            if heedsCaller { call.attemptStops(by: nil) }
            alarm.clear(call.time)
            switch outcome {
            case .answered(let result): return try result.get()
            case .stopped(let cause):
                let error = error(for: cause)
                group.cancelAll()
                try? await group.waitForAll()
                throw error
            }
        }
    }

    /// Stops a run that does not heed its caller. After its end this does nothing.
    func stop() {
        latch.set(.stopped(.call))
    }

    // An alarm that crosses the answer finds the latch set and changes nothing.
    private func fired() {
        switch clocks.alarmFired(at: call.time.now) {
        case .ignore: break
        case .wait(let until): alarm.set(call.time, at: until) { fired() }
        case .firstChunkTimeout: latch.set(.stopped(.firstChunkClock))
        case .executionTimeout: latch.set(.stopped(.executionClock))
        }
    }

    private func error(for cause: Cause) -> any Error {
        switch cause {
        case .call: return CancellationError()
        case .executionClock:
            call.interrupt(.executionTimeout)
            return CancellationError()
        case .firstChunkClock:
            return ProviderFailure(
                .firstChunkTimeout,
                "no first chunk within \(limits.firstChunkTimeout.shown) (first_chunk_timeout)")
        }
    }
}

/// The outcome of `work` as a value. Async closures have no `Result(catching:)`.
func result<Answer: Sendable>(
    of work: () async throws -> Answer
) async -> Result<Answer, any Error> {
    do {
        return .success(try await work())
    } catch {
        return .failure(error)
    }
}

/// At most one alarm, cleared for good by whoever is done with it.
final class AlarmSlot: Sendable {
    private enum State {
        case none
        case set(AlarmID)
        /// Takes no alarm any more.
        case cleared
    }

    private let state = Mutex(State.none)

    func set(_ time: any TimeSource, at deadline: Instant, _ fire: @escaping @Sendable () -> Void) {
        let id = time.setAlarm(at: deadline, fire)
        let kept = state.withLock { state in
            if case .cleared = state { return false }
            state = .set(id)
            return true
        }
        if !kept { time.clearAlarm(id) }
    }

    func clear(_ time: any TimeSource) {
        let id = state.withLock { state -> AlarmID? in
            defer { state = .cleared }
            if case .set(let id) = state { return id }
            return nil
        }
        if let id { time.clearAlarm(id) }
    }
}
