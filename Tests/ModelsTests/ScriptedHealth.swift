import Clocks

@testable import Models

/// The health of a chain's targets, as plain values, with retries that never run out unless told.
struct ScriptedHealth: ChainHealth {
    var targets: [TargetHealth]
    var retriesLeft = 1_000
    /// What is drawn for each backoff.
    var drawn = 0.5
    private(set) var budgetAsked = 0

    init(_ count: Int, _ rules: BreakerRules = BreakerRules()) {
        targets = Array(repeating: TargetHealth(rules), count: count)
    }

    mutating func admit(_ place: Int, at now: Instant) -> TargetHealth.Admission {
        targets[place].admit(at: now)
    }

    mutating func answered(_ place: Int, asProbe: Bool, at now: Instant) {
        targets[place].answered(asProbe: asProbe, at: now)
    }

    mutating func failed(
        _ place: Int, _ mark: FailureRule.Mark, hint: Duration?, asProbe: Bool, at now: Instant
    ) {
        targets[place].failed(mark, hint: hint, asProbe: asProbe, at: now)
    }

    mutating func probeAbandoned(_ place: Int) { targets[place].probeAbandoned() }

    func cooling(_ place: Int, at now: Instant) -> TargetHealth.Cooling? {
        targets[place].cooling(at: now)
    }

    mutating func takeRetry(_ place: Int) -> Bool {
        budgetAsked += 1
        guard retriesLeft > 0 else { return false }
        retriesLeft -= 1
        return true
    }

    mutating func draw() -> Double { drawn }
}

extension ChainStep {
    var attempt: ChainAttempt? {
        if case .attempt(let attempt) = self { attempt } else { nil }
    }

    var wait: Instant? {
        if case .wait(let until, _) = self { until } else { nil }
    }

    var end: Refusal? {
        if case .end(let refusal) = self { refusal } else { nil }
    }
}

extension ChainMachine {
    /// A chain of `a/m`, `b/m` and so on.
    static func of(
        _ count: Int, windows: [Int?] = [], lacking: [Int: Lacking] = [:],
        queueWaitMax: Duration = .seconds(60), failsOverOnPolicy: Bool = false
    ) -> ChainMachine {
        let names = ["a", "b", "c", "d", "e", "f"]
        let targets = (0..<count).map { place in
            ChainTarget(
                Target(provider: names[place], model: "m"),
                window: place < windows.count ? windows[place] : nil, lacking: lacking[place])
        }
        return ChainMachine(
            model: "fast", targets, rules: ChainRules(), queueWaitMax: queueWaitMax,
            failsOverOnPolicy: failsOverOnPolicy)
    }
}
