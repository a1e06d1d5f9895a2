import Clocks
import Testing

@testable import Models

/// The failover table, row by row, on the machine alone: what follows the first failure on the first
/// of two healthy targets, and what it means for the target.
struct ChainMachineTests {
    let start = Instant.now

    struct Row: Sendable, CustomTestStringConvertible {
        var kind: ProviderFailure.Kind
        var hint: Duration?
        /// Until the same target is tried again; nil where it is not.
        var retriesAfter: Duration?
        var failsOver: Bool
        var coolsFor: Duration?

        var testDescription: String { "\(kind), hint \(hint.map(\.shown) ?? "none")" }
    }

    // Half of the first backoff of 250 ms is drawn.
    static let rows: [Row] = [
        Row(kind: .unreachable, retriesAfter: .milliseconds(125), failsOver: true),
        Row(kind: .firstChunkTimeout, failsOver: true),
        Row(kind: .serverError, retriesAfter: .milliseconds(125), failsOver: true),
        Row(kind: .malformed, retriesAfter: .milliseconds(125), failsOver: true),
        Row(kind: .overloaded, failsOver: true),
        Row(
            kind: .overloaded, hint: .seconds(1), retriesAfter: .milliseconds(1_125),
            failsOver: true),
        Row(kind: .overloaded, hint: .seconds(30), failsOver: true),
        Row(
            kind: .rateLimited, hint: .seconds(2), retriesAfter: .milliseconds(2_125),
            failsOver: true, coolsFor: .seconds(2)),
        Row(kind: .rateLimited, hint: .seconds(3), failsOver: true, coolsFor: .seconds(3)),
        Row(kind: .rateLimited, failsOver: true, coolsFor: .seconds(5)),
        Row(kind: .rateLimited, hint: .seconds(86_400), failsOver: true, coolsFor: .seconds(3_600)),
        Row(kind: .quotaExhausted, failsOver: true, coolsFor: .seconds(900)),
        Row(kind: .credentials, failsOver: true, coolsFor: .seconds(300)),
        Row(kind: .modelNotFound, failsOver: true, coolsFor: .seconds(300)),
        Row(kind: .contextTooLong, failsOver: true),
        Row(kind: .incapable, failsOver: true),
        Row(kind: .contentPolicy, failsOver: false),
        Row(kind: .badRequest, failsOver: false),
    ]

    @Test func `the table has every kind of failure before a stream is established`() {
        let late: Set<ProviderFailure.Kind> = [.interrupted, .idleTimeout]
        let told = Set(Self.rows.map(\.kind))
        #expect(told.union(late) == Set(ProviderFailure.Kind.allCases))
    }

    @Test(arguments: rows)
    func `each failure is followed by what the table says`(row: Row) throws {
        var health = ScriptedHealth(2)
        var machine = ChainMachine.of(2)
        let first = try #require(machine.began(at: start, &health).attempt)
        let failure = ProviderFailure(row.kind, "it failed", retryAfter: row.hint)
        var step = machine.failed(first, failure, at: start, &health)
        let cooling = health.targets[0].cooling(at: start)
        #expect(cooling.map { start.duration(to: $0.until) } == row.coolsFor)
        #expect(step.wait.map { start.duration(to: $0) } == row.retriesAfter)
        if let until = step.wait {
            // Once, and on the same target; then the other one.
            let again = try #require(machine.resumed(at: until, &health).attempt)
            #expect(again.place == 0)
            step = machine.failed(again, failure, at: until, &health)
        }
        #expect(step.attempt?.place == (row.failsOver ? 1 : nil))
        #expect((step.end == nil) == row.failsOver)
    }

    @Test func `content policy fails over only where the tier says so`() throws {
        var health = ScriptedHealth(2)
        var machine = ChainMachine.of(2, failsOverOnPolicy: true)
        let first = try #require(machine.began(at: start, &health).attempt)
        let refused = ProviderFailure(.contentPolicy, "no")
        let second = try #require(machine.failed(first, refused, at: start, &health).attempt)
        #expect(second.place == 1)
        #expect(machine.failed(second, refused, at: start, &health).end?.reason == .contentPolicy)
    }

    @Test func `a prompt too long goes to larger windows only`() throws {
        var health = ScriptedHealth(4)
        var machine = ChainMachine.of(4, windows: [8_000, 4_000, nil, 100_000])
        let first = try #require(machine.began(at: start, &health).attempt)
        let tooLong = ProviderFailure(.contextTooLong, "9,000 tokens")
        let second = try #require(machine.failed(first, tooLong, at: start, &health).attempt)
        #expect(second.place == 2, "a window that is not known may be larger")
        #expect(machine.takeSkips().map(\.place) == [1])
        let third = try #require(machine.failed(second, tooLong, at: start, &health).attempt)
        #expect(third.place == 3)
        #expect(machine.failed(third, tooLong, at: start, &health).end?.reason == .contextTooLong)
    }

    @Test func `a call makes five attempts at most, and two on a target`() throws {
        var health = ScriptedHealth(4)
        var machine = ChainMachine.of(4)
        var (step, now, places) = (machine.began(at: start, &health), start, [Int]())
        while step.end == nil {
            if let attempt = step.attempt {
                places.append(attempt.place)
                let failure = ProviderFailure(.serverError, "500")
                step = machine.failed(attempt, failure, at: now, &health)
            } else if let until = step.wait {
                now = until
                step = machine.resumed(at: now, &health)
            }
        }
        #expect(places == [0, 0, 1, 1, 2])
        #expect(step.end?.reason == .chainExhausted)
        #expect(step.end?.code == .unavailable)
    }

    @Test func `without a retry left in the lane's budget the next target is tried at once`() throws
    {
        var health = ScriptedHealth(2)
        health.retriesLeft = 0
        var machine = ChainMachine.of(2)
        let first = try #require(machine.began(at: start, &health).attempt)
        let step = machine.failed(first, ProviderFailure(.serverError, "500"), at: start, &health)
        #expect(step.attempt?.place == 1)
        #expect(health.budgetAsked == 1)
    }

    @Test func `backoffs double up to five seconds, and are drawn in full`() {
        let rules = ChainRules()
        let ceilings = (1...7).map { rules.backoff(retry: $0, hint: nil, random: 1) }
        #expect(
            ceilings == [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000].map { .milliseconds($0) })
        #expect(rules.backoff(retry: 3, hint: nil, random: 0) == .zero)
        #expect(rules.backoff(retry: 1, hint: .seconds(3), random: 0) == .seconds(3))
        #expect(rules.backoff(retry: 1, hint: .seconds(3), random: 1) == .milliseconds(3_250))
    }

    @Test func `a limit that passes in the queue gives no second try that the budget does not`()
        throws
    {
        for hint in [Duration.seconds(1), .seconds(9)] {
            var health = ScriptedHealth(1)
            health.retriesLeft = 0
            var machine = ChainMachine.of(1)
            let first = try #require(machine.began(at: start, &health).attempt)
            let limited = ProviderFailure(.rateLimited, "slow down", retryAfter: hint)
            let end = machine.failed(first, limited, at: start, &health).end
            #expect(end?.reason == .upstreamRateLimited)
            #expect(end?.retryAfter == hint)
        }
    }

    @Test func `a failure that opens the breaker takes no retry and moves on at once`() throws {
        var health = ScriptedHealth(2)
        for _ in 0..<4 { health.failed(0, .counts, hint: nil, asProbe: false, at: start) }
        var machine = ChainMachine.of(2)
        let first = try #require(machine.began(at: start, &health).attempt)
        let failure = ProviderFailure(.serverError, "500")
        #expect(machine.failed(first, failure, at: start, &health).attempt?.place == 1)
        #expect(health.budgetAsked == 0)
    }

    @Test func `with no other target it waits for the breaker and tries once more`() throws {
        var health = ScriptedHealth(1)
        for _ in 0..<4 { health.failed(0, .counts, hint: nil, asProbe: false, at: start) }
        var machine = ChainMachine.of(1)
        let first = try #require(machine.began(at: start, &health).attempt)
        let failure = ProviderFailure(.serverError, "500")
        let opens = start + .seconds(5)
        #expect(machine.failed(first, failure, at: start, &health).wait == opens)
        #expect(health.budgetAsked == 1, "before it waits, which would else be in vain")
        let probe = try #require(machine.resumed(at: opens, &health).attempt)
        #expect(probe.asProbe)
        #expect(health.budgetAsked == 1)
    }

    @Test func `what an attempt runs takes nothing from the queue clock`() throws {
        var health = ScriptedHealth(2)
        var machine = ChainMachine.of(2, queueWaitMax: .seconds(20))
        health.failed(0, .untilHint, hint: .seconds(15), asProbe: false, at: start)
        health.failed(1, .untilHint, hint: .seconds(15), asProbe: false, at: start)
        let first = start + .seconds(15)
        #expect(machine.began(at: start, &health).wait == first)
        let attempt = try #require(machine.resumed(at: first, &health).attempt)
        // It runs for 100 s; meanwhile the other is limited anew.
        let failed = first + .seconds(100)
        health.failed(1, .untilHint, hint: .seconds(4), asProbe: false, at: failed)
        let limited = ProviderFailure(.quotaExhausted, "no money")
        let step = machine.failed(attempt, limited, at: failed, &health)
        #expect(step.wait == failed + .seconds(4), "5 s of its clock are left")
        health.failed(1, .untilHint, hint: .seconds(6), asProbe: false, at: failed)
        #expect(machine.resumed(at: failed + .seconds(1), &health).end?.reason == .chainExhausted)
    }

    @Test func `the hint is when the soonest target opens, not when an earlier one would have`()
        throws
    {
        var health = ScriptedHealth(1)
        var machine = ChainMachine.of(1)
        let first = try #require(machine.began(at: start, &health).attempt)
        let short = ProviderFailure(.rateLimited, "slow down", retryAfter: .seconds(1))
        let then = try #require(machine.failed(first, short, at: start, &health).wait)
        let second = try #require(machine.resumed(at: then, &health).attempt)
        let long = ProviderFailure(.rateLimited, "slow down", retryAfter: .seconds(45))
        let end = try #require(machine.failed(second, long, at: then, &health).end)
        #expect(end.retryAfter == .seconds(45))
    }

    @Test func `a hint is counted from when it was given`() throws {
        var health = ScriptedHealth(2)
        var machine = ChainMachine.of(2)
        let first = try #require(machine.began(at: start, &health).attempt)
        let busy = ProviderFailure(.overloaded, "busy", retryAfter: .seconds(30))
        let second = try #require(machine.failed(first, busy, at: start, &health).attempt)
        let refused = ProviderFailure(.credentials, "bad key")
        let end = machine.failed(second, refused, at: start + .seconds(20), &health).end
        #expect(end?.retryAfter == .seconds(10))
    }

    @Test func `a target that cools is passed over, and the report says so`() throws {
        var health = ScriptedHealth(2)
        health.failed(0, .untilHint, hint: .seconds(9), asProbe: false, at: start)
        var machine = ChainMachine.of(2)
        #expect(machine.began(at: start, &health).attempt?.place == 1)
        let skip = try #require(machine.takeSkips().first)
        #expect(skip.place == 0 && skip.reason == .targetCooling)
        #expect(skip.message == "it is rate limited for another 9 s")
    }

    @Test func `when all cool the call waits for the soonest, within its queue clock`() throws {
        var health = ScriptedHealth(2)
        health.failed(0, .untilHint, hint: .seconds(50), asProbe: false, at: start)
        health.failed(1, .untilHint, hint: .seconds(20), asProbe: false, at: start)
        var machine = ChainMachine.of(2)
        #expect(machine.began(at: start, &health).wait == start + .seconds(20))
        #expect(machine.resumed(at: start + .seconds(20), &health).attempt?.place == 1)
        var hasty = ChainMachine.of(2, queueWaitMax: .seconds(19))
        health.failed(1, .untilHint, hint: .seconds(20), asProbe: false, at: start)
        let end = try #require(hasty.began(at: start, &health).end)
        #expect(end.reason == .noHealthyTarget && end.retryAfter == .seconds(20))
        #expect(hasty.takeSkips().count == 2)
    }

    @Test func `a rate limited call without another target waits it out and tries once more`()
        throws
    {
        var health = ScriptedHealth(1)
        var machine = ChainMachine.of(1)
        let limited = ProviderFailure(.rateLimited, "slow down", retryAfter: .seconds(30))
        let first = try #require(machine.began(at: start, &health).attempt)
        let step = machine.failed(first, limited, at: start, &health)
        #expect(step.wait == start + .seconds(30))
        let later = start + .seconds(30)
        let second = try #require(machine.resumed(at: later, &health).attempt)
        let end = try #require(machine.failed(second, limited, at: later, &health).end)
        #expect(end.reason == .upstreamRateLimited && end.code == nil)
        #expect(end.retryAfter == .seconds(30))
    }

    @Test func `a probe's call that leaves lets the next one probe`() throws {
        var health = ScriptedHealth(1)
        for _ in 0..<5 { health.failed(0, .counts, hint: nil, asProbe: false, at: start) }
        let later = start + .seconds(5)
        var machine = ChainMachine.of(1)
        let probe = try #require(machine.began(at: later, &health).attempt)
        #expect(probe.asProbe)
        var other = ChainMachine.of(1)
        #expect(other.began(at: later, &health).wait == later + .seconds(60), "it waits to be told")
        machine.stopped(probe, &health)
        #expect(other.resumed(at: later, &health).attempt?.asProbe == true)
    }

    @Test func `a target that lacks what is needed is never called`() throws {
        var health = ScriptedHealth(1)
        let lacking = Lacking(.targetIncapable, "it cannot read images")
        var machine = ChainMachine.of(1, lacking: [0: lacking])
        let end = try #require(machine.began(at: start, &health).end)
        #expect(end.reason == .badRequest)
        #expect(end.message.contains("a/m: it cannot read images"))
        let long = Lacking(.contextTooLong, "it cannot hold it")
        var longer = ChainMachine.of(1, lacking: [0: long])
        #expect(longer.began(at: start, &health).end?.reason == .contextTooLong)
    }

    @Test func `an answer that broke off is not called a refusal`() throws {
        var health = ScriptedHealth(1)
        var machine = ChainMachine.of(1)
        let first = try #require(machine.began(at: start, &health).attempt)
        let broken = ProviderFailure(.interrupted, "a broke off its answer after 12 bytes")
        let end = try #require(machine.failed(first, broken, at: start, &health).end)
        #expect(end.reason == .streamInterrupted)
        #expect(
            end.message
                == "upstream broke off its answer: a/m: a broke off its answer after 12 bytes")
    }
}
