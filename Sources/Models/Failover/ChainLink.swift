import Clocks

/// One target of a chain, ready to be tried, with what all calls share of it.
package struct ChainLink: Sendable {
    package let model: LaneModel
    package let gate: HealthGate
    let budget: SharedRetryBudget

    package init(_ model: LaneModel, gate: HealthGate, budget: SharedRetryBudget) {
        self.model = model
        self.gate = gate
        self.budget = budget
    }
}

/// The shared health of the targets of one chain, as its machine asks for it.
struct LiveHealth: ChainHealth {
    let links: [ChainLink]

    func admit(_ place: Int, at now: Instant) -> TargetHealth.Admission {
        links[place].gate.admit(at: now)
    }

    func answered(_ place: Int, asProbe: Bool, at now: Instant) {
        links[place].gate.answered(asProbe: asProbe, at: now)
        links[place].budget.callWentWell()
    }

    func failed(
        _ place: Int, _ mark: FailureRule.Mark, hint: Duration?, asProbe: Bool, at now: Instant
    ) {
        links[place].gate.failed(mark, hint: hint, asProbe: asProbe, at: now)
    }

    func probeAbandoned(_ place: Int) {
        links[place].gate.probeAbandoned()
    }

    func cooling(_ place: Int, at now: Instant) -> TargetHealth.Cooling? {
        links[place].gate.cooling(at: now)
    }

    func takeRetry(_ place: Int) -> Bool { links[place].budget.takeRetry() }

    func draw() -> Double { Double.random(in: 0...1) }
}
