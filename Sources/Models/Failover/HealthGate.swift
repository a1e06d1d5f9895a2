package import Clocks
import Lanes
import Synchronization

/// The health of one target, shared by all calls, and the calls that wait for it to change.
package final class HealthGate: Sendable {
    /// One call that waits, at as many gates as its chain has targets that may become well.
    final class Waiter: Sendable {
        let caller: CallerKey
        let promptBytes: Int
        let latch = Latch<Void>()

        init(_ caller: CallerKey, promptBytes: Int) {
            self.caller = caller
            self.promptBytes = promptBytes
        }
    }

    private struct State {
        var health: TargetHealth
        var room: WaitingRoom
        /// Those who have a place in the room.
        var waiters: [ObjectIdentifier: Waiter] = [:]
        var isDraining = false
    }

    private let state: Mutex<State>

    package init(_ rules: ChainRules = ChainRules()) {
        state = Mutex(
            State(
                health: TargetHealth(rules.breaker),
                room: WaitingRoom(countMax: rules.waitersMax, bytesMax: rules.waitingBytesMax)))
    }

    package func cooling(at now: Instant) -> TargetHealth.Cooling? {
        state.withLock { $0.health.cooling(at: now) }
    }

    func admit(at now: Instant) -> TargetHealth.Admission {
        state.withLock { $0.health.admit(at: now) }
    }

    func answered(asProbe: Bool, at now: Instant) {
        change { $0.answered(asProbe: asProbe, at: now) }
    }

    func failed(_ mark: FailureRule.Mark, hint: Duration?, asProbe: Bool, at now: Instant) {
        change { $0.failed(mark, hint: hint, asProbe: asProbe, at: now) }
    }

    func probeAbandoned() {
        change { $0.probeAbandoned() }
    }

    /// The target said, with a good answer, that its limit is used up for so long.
    func heldBack(for wait: Duration, at now: Instant) {
        change { $0.heldBack(for: wait, at: now) }
    }

    var isForgettable: Bool { state.withLock { $0.health.isPristine && $0.waiters.isEmpty } }

    private func change(_ change: (inout TargetHealth) -> Void) {
        let woken = state.withLock { state -> [Waiter] in
            let before = state.health.standing
            change(&state.health)
            // A good answer of a target that is well is news to nobody.
            return state.health.standing == before ? [] : Array(state.waiters.values)
        }
        for waiter in woken { waiter.latch.set(()) }
    }
}

// MARK: - Waiting

extension HealthGate {
    /// Sets the waiter's latch when the target's standing has changed, until `waitEnded`.
    ///
    /// - Returns: false when too many wait already, or the caller itself does too often.
    func wait(_ waiter: Waiter) -> Bool {
        let isLate = state.withLock { state -> Bool? in
            guard state.room.enter(waiter.caller, bytes: waiter.promptBytes) else { return nil }
            state.waiters[ObjectIdentifier(waiter)] = waiter
            return state.isDraining
        }
        if isLate == true { waiter.latch.set(()) }
        return isLate != nil
    }

    /// For those who never got a place it does nothing.
    func waitEnded(_ waiter: Waiter) {
        state.withLock { state in
            guard state.waiters.removeValue(forKey: ObjectIdentifier(waiter)) != nil else { return }
            state.room.leave(waiter.caller, bytes: waiter.promptBytes)
        }
    }

    /// Calls that wait, for the tests.
    package var waiting: Int { state.withLock { $0.waiters.count } }

    /// Sends everyone who waits on their way, and whoever comes later.
    func drain() {
        let woken = state.withLock { state in
            state.isDraining = true
            return Array(state.waiters.values)
        }
        for waiter in woken { waiter.latch.set(()) }
    }

    var isDraining: Bool { state.withLock { $0.isDraining } }
}
