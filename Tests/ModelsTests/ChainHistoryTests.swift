import Clocks
import Foundation
import Seeded
import Testing

@testable import Models

/// Random lives of many calls on chains that share targets, held against what must never happen.
struct ChainHistoryTests {
    /// `LANEWAY_SEED=n` replays one history, `LANEWAY_CHAIN_HISTORIES=n` runs so many.
    @Test func `random histories keep every promise of a chain`() {
        let asked = ProcessInfo.processInfo.environment
        let one = asked["LANEWAY_SEED"].flatMap { UInt64($0) }
        let count = asked["LANEWAY_CHAIN_HISTORIES"].flatMap { UInt64($0) } ?? 20_000
        var totals = ChainHistory.Totals()
        for seed in one.map({ $0...$0 }) ?? 1...max(1, count) {
            var history = ChainHistory(seed: seed)
            do {
                try history.live(events: 60)
            } catch {
                Issue.record("\(error) (replay with LANEWAY_SEED=\(seed))")
                return
            }
            totals.add(history.totals)
        }
        if one != nil { return }
        #expect(totals.answered > 0 && totals.ended > 0 && totals.left > 0)
        #expect(totals.probes > 100, "histories without probes prove little")
        #expect(totals.waits > 100, "nor do those in which nobody waits")
        #expect(totals.retries > 100)
    }
}

struct ChainBroken: Error, CustomStringConvertible {
    var description: String
}

/// One life: calls come and end while their targets fail, recover and cool.
struct ChainHistory {
    struct Totals {
        var (answered, ended, left, probes, waits, retries) = (0, 0, 0, 0, 0, 0)

        mutating func add(_ other: Totals) {
            answered += other.answered
            ended += other.ended
            left += other.left
            probes += other.probes
            waits += other.waits
            retries += other.retries
        }
    }

    private struct Call {
        var machine: ChainMachine
        let places: [Int]
        let came: Instant
        let queueWaitMax: Duration
        /// What it does: nil once it has ended.
        var state: State?
        var attempts: [Int] = []
        /// Waited for targets so far, and since when it waits for one now.
        var waited: Duration = .zero
        var waitingSince: Instant?
        /// A change of health wakes it; a backoff is slept through.
        var isWoken = false
        /// Second tries that its lanes' budgets gave it.
        var retriesTaken = 0
    }

    private enum State {
        case running(ChainAttempt)
        case waiting(until: Instant)
    }

    private var random: Seeded
    private var now = Instant.now
    private let rules = ChainRules()
    private var targets: [TargetHealth]
    private var calls: [Call] = []
    /// What the machine last knew of each target's cooling, to see that it is never shortened.
    private var coolingUntil: [Instant?]
    private var probing: [Bool]
    private(set) var totals = Totals()

    init(seed: UInt64) {
        random = Seeded(seed: seed)
        let count = Int.random(in: 1...4, using: &random)
        targets = Array(repeating: TargetHealth(), count: count)
        coolingUntil = Array(repeating: nil, count: count)
        probing = Array(repeating: false, count: count)
    }

    mutating func live(events: Int) throws {
        for _ in 0..<events { try happen() }
        // Whoever is left leaves or is let run out; each ends once.
        for index in calls.indices where calls[index].state != nil { try leave(index) }
        if calls.contains(where: { $0.state != nil }) {
            throw ChainBroken(description: "a call never ended")
        }
        if probing.contains(true) { throw ChainBroken(description: "a probe without a call") }
    }

    private mutating func happen() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3: try arrive()
        case 3..<7: try endAttempt()
        case 7: try pass()
        case 8: try wake()
        default:
            if let index = active.randomElement(using: &random) { try leave(index) }
        }
        try checkHealth()
    }

    private var active: [Int] { calls.indices.filter { calls[$0].state != nil } }
}

// MARK: - Events

extension ChainHistory {
    private mutating func arrive() throws {
        let places = Array(targets.indices).shuffled(using: &random).prefix(
            Int.random(in: 1...targets.count, using: &random))
        let wait = Duration.seconds(Int.random(in: 0...70, using: &random))
        let chain = places.map {
            ChainTarget(Target(provider: "p\($0)", model: "m"), window: 1_000 * ($0 + 1))
        }
        let machine = ChainMachine(
            model: "t", chain, rules: rules, queueWaitMax: wait,
            failsOverOnPolicy: Bool.random(using: &random))
        calls.append(
            Call(machine: machine, places: Array(places), came: now, queueWaitMax: wait))
        let index = calls.count - 1
        try step(index) { machine, now, health in machine.began(at: now, &health) }
    }

    private mutating func endAttempt() throws {
        let running = active.compactMap { index -> (Int, ChainAttempt)? in
            if case .running(let attempt) = calls[index].state { (index, attempt) } else { nil }
        }
        guard let (index, attempt) = running.randomElement(using: &random) else { return }
        if attempt.asProbe { probing[calls[index].places[attempt.place]] = false }
        if Int.random(in: 0..<3, using: &random) == 0 {
            var health = view(of: index)
            calls[index].machine.answered(attempt, at: now, &health)
            take(health)
            calls[index].state = nil
            totals.answered += 1
            return
        }
        let kinds = ProviderFailure.Kind.allCases.filter {
            $0 != .interrupted && $0 != .idleTimeout
        }
        let kind = kinds.randomElement(using: &random) ?? .serverError
        let hint =
            Bool.random(using: &random)
            ? Duration.milliseconds(Int.random(in: 0..<90_000, using: &random)) : nil
        let failure = ProviderFailure(kind, "it failed", retryAfter: hint)
        try step(index) { machine, now, health in
            machine.failed(attempt, failure, at: now, &health)
        }
    }

    private mutating func pass() throws {
        now += .milliseconds(Int.random(in: 1..<20_000, using: &random))
        for index in active {
            guard case .waiting(let until) = calls[index].state, until <= now else { continue }
            try resume(index)
        }
    }

    /// Something about a target has changed, or only seems to have.
    private mutating func wake() throws {
        for index in active {
            guard case .waiting = calls[index].state, calls[index].isWoken else { continue }
            try resume(index)
        }
    }

    private mutating func resume(_ index: Int) throws {
        if let since = calls[index].waitingSince {
            calls[index].waited += since.duration(to: now)
            calls[index].waitingSince = nil
        }
        try step(index) { machine, now, health in machine.resumed(at: now, &health) }
    }

    private mutating func leave(_ index: Int) throws {
        if case .running(let attempt) = calls[index].state {
            if attempt.asProbe { probing[calls[index].places[attempt.place]] = false }
            var health = view(of: index)
            calls[index].machine.stopped(attempt, &health)
            take(health)
        }
        calls[index].state = nil
        totals.left += 1
    }
}

// MARK: - Promises

extension ChainHistory {
    private mutating func step(
        _ index: Int,
        _ event: (inout ChainMachine, Instant, inout ChainHistoryHealth) -> ChainStep
    ) throws {
        var health = view(of: index)
        let step = event(&calls[index].machine, now, &health)
        totals.retries += health.retries
        calls[index].retriesTaken += health.granted
        take(health)
        switch step {
        case .attempt(let attempt): try begun(attempt, index)
        case .wait(let until, let places):
            totals.waits += 1
            if until < now { throw ChainBroken(description: "waits for what is over") }
            if !places.isEmpty {
                calls[index].waitingSince = now
                if calls[index].waited + now.duration(to: until) > calls[index].queueWaitMax {
                    throw ChainBroken(description: "waits beyond its queue clock")
                }
            }
            calls[index].isWoken = !places.isEmpty
            calls[index].state = .waiting(until: until)
        case .end(let refusal):
            if refusal.message.isEmpty { throw ChainBroken(description: "ends without a word") }
            calls[index].state = nil
            totals.ended += 1
        }
    }

    private mutating func begun(_ attempt: ChainAttempt, _ index: Int) throws {
        let place = calls[index].places[attempt.place]
        calls[index].attempts.append(place)
        let attempts = calls[index].attempts
        if attempts.count > rules.attemptsMax { throw ChainBroken(description: "a sixth attempt") }
        if attempts.count(where: { $0 == place }) > rules.attemptsPerTargetMax {
            throw ChainBroken(description: "a third attempt on one target")
        }
        let retriesAllowed = calls[index].attempts.count - Set(calls[index].attempts).count
        if retriesAllowed > calls[index].retriesTaken {
            throw ChainBroken(description: "a second try that no budget gave")
        }
        if let until = coolingUntil[place], until > now {
            throw ChainBroken(description: "called while cooling for \(now.duration(to: until))")
        }
        if attempt.asProbe {
            if probing[place] { throw ChainBroken(description: "two probes at once") }
            probing[place] = true
            totals.probes += 1
        } else if probing[place] {
            throw ChainBroken(description: "called beside its probe")
        }
        calls[index].state = .running(attempt)
    }

    /// Cooling is never shortened: it ends by its time, or by a probe that was answered after it.
    private mutating func checkHealth() throws {
        for place in targets.indices {
            let cooling = targets[place].cooling(at: now)
            if let before = coolingUntil[place], before > now {
                guard let cooling, cooling.until >= before else {
                    throw ChainBroken(description: "cooling was shortened")
                }
            }
            coolingUntil[place] = cooling?.until
        }
    }

    private func view(of index: Int) -> ChainHistoryHealth {
        ChainHistoryHealth(targets: targets, places: calls[index].places, random: random)
    }

    private mutating func take(_ health: ChainHistoryHealth) {
        targets = health.targets
        random = health.random
    }
}

/// The shared targets, seen through one call's chain.
struct ChainHistoryHealth: ChainHealth {
    var targets: [TargetHealth]
    let places: [Int]
    var random: Seeded
    var retries = 0
    var granted = 0

    mutating func admit(_ place: Int, at now: Instant) -> TargetHealth.Admission {
        targets[places[place]].admit(at: now)
    }

    mutating func answered(_ place: Int, asProbe: Bool, at now: Instant) {
        targets[places[place]].answered(asProbe: asProbe, at: now)
    }

    mutating func failed(
        _ place: Int, _ mark: FailureRule.Mark, hint: Duration?, asProbe: Bool, at now: Instant
    ) {
        targets[places[place]].failed(mark, hint: hint, asProbe: asProbe, at: now)
    }

    mutating func probeAbandoned(_ place: Int) { targets[places[place]].probeAbandoned() }

    func cooling(_ place: Int, at now: Instant) -> TargetHealth.Cooling? {
        targets[places[place]].cooling(at: now)
    }

    mutating func takeRetry(_ place: Int) -> Bool {
        retries += 1
        let isGranted = Int.random(in: 0..<4, using: &random) > 0
        if isGranted { granted += 1 }
        return isGranted
    }

    mutating func draw() -> Double { Double.random(in: 0...1, using: &random) }
}
