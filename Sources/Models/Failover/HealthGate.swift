package import Clocks
import Synchronization

/// The health of one target, shared by all calls, and the calls that wait for it to change.
package final class HealthGate: Sendable {
    private struct State {
        var health: TargetHealth
        var waiters: [ObjectIdentifier: Latch<Void>] = [:]
    }

    private let state: Mutex<State>
    private let waitersMax: Int

    package init(_ rules: ChainRules = ChainRules()) {
        state = Mutex(State(health: TargetHealth(rules.breaker)))
        waitersMax = rules.waitersMax
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

    /// Sets the latch when something of the target's health has changed.
    ///
    /// - Returns: false when too many wait already.
    func wait(_ latch: Latch<Void>) -> Bool {
        state.withLock { state in
            guard state.waiters.count < waitersMax else { return false }
            state.waiters[ObjectIdentifier(latch)] = latch
            return true
        }
    }

    func waitEnded(_ latch: Latch<Void>) {
        state.withLock { _ = $0.waiters.removeValue(forKey: ObjectIdentifier(latch)) }
    }

    /// Calls that wait, for the tests.
    package var waiting: Int { state.withLock { $0.waiters.count } }

    var isForgettable: Bool { state.withLock { $0.health.isPristine && $0.waiters.isEmpty } }

    private func change(_ change: (inout TargetHealth) -> Void) {
        let woken = state.withLock { state -> [Latch<Void>] in
            change(&state.health)
            if state.waiters.isEmpty { return [] }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for latch in woken { latch.set(()) }
    }
}

/// The gates of all targets that were ever asked for, by provider and model: an effort changes
/// nothing about a target's health.
package final class HealthBook: Sendable {
    private let gates = Mutex<[Key: HealthGate]>([:])
    private let rules: ChainRules

    private struct Key: Hashable {
        var provider: String
        var model: String
    }

    // Names of models come from clients, so what is remembered of them has a bound. What goes first
    // is what nothing is known of.
    private static let gatesMax = 4_096

    package init(_ rules: ChainRules = ChainRules()) {
        self.rules = rules
    }

    package func gate(of target: Target) -> HealthGate {
        let key = Key(provider: target.provider, model: target.model)
        return gates.withLock { gates in
            if let known = gates[key] { return known }
            if gates.count >= Self.gatesMax { gates = gates.filter { !$0.value.isForgettable } }
            if gates.count >= Self.gatesMax { gates.removeAll() }
            let gate = HealthGate(rules)
            gates[key] = gate
            return gate
        }
    }
}
