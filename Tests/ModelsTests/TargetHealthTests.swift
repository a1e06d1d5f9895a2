import Clocks
import Testing

@testable import Models

struct TargetHealthTests {
    let start = Instant.now

    private func opened() -> TargetHealth {
        var health = TargetHealth()
        for _ in 0..<5 { health.failed(.counts, hint: nil, asProbe: false, at: start) }
        return health
    }

    @Test func `five failures in a row open the breaker for five seconds`() {
        var health = TargetHealth()
        for _ in 0..<4 { health.failed(.counts, hint: nil, asProbe: false, at: start) }
        #expect(health.admit(at: start) == .go)
        health.answered(asProbe: false, at: start)
        for _ in 0..<4 { health.failed(.counts, hint: nil, asProbe: false, at: start) }
        #expect(health.admit(at: start) == .go, "a success in between begins the count anew")
        health.failed(.counts, hint: nil, asProbe: false, at: start)
        #expect(health.cooling(at: start)?.until == start + .seconds(5))
    }

    @Test func `calls the target never heard of do not open it, and free its probe`() {
        var failure = ProviderFailure(.unreachable, "out of descriptors")
        failure.isOfHost = true
        let mark = FailureRule(failure).mark
        var health = TargetHealth()
        for _ in 0..<20 { health.failed(mark, hint: nil, asProbe: false, at: start) }
        #expect(health.admit(at: start) == .go)
        health = opened()
        let due = start + .seconds(5)
        #expect(health.admit(at: due) == .probe)
        health.failed(mark, hint: nil, asProbe: true, at: due)
        #expect(health.admit(at: due) == .probe, "it is not longer left alone, nor well")
    }

    @Test func `half of ten calls within a minute open it, and not of nine`() {
        var health = TargetHealth()
        for call in 0..<8 {
            let now = start + .seconds(call)
            if call % 2 == 0 {
                health.failed(.counts, hint: nil, asProbe: false, at: now)
            } else {
                health.answered(asProbe: false, at: now)
            }
        }
        health.answered(asProbe: false, at: start + .seconds(8))
        #expect(health.cooling(at: start + .seconds(8)) == nil)
        health.failed(.counts, hint: nil, asProbe: false, at: start + .seconds(9))
        #expect(health.cooling(at: start + .seconds(9)) != nil)
    }

    @Test func `failures of more than a minute ago do not count to the half`() {
        var health = TargetHealth()
        for _ in 0..<4 { health.failed(.counts, hint: nil, asProbe: false, at: start) }
        health.answered(asProbe: false, at: start)
        let later = start + .seconds(70)
        for _ in 0..<5 { health.answered(asProbe: false, at: later) }
        health.failed(.counts, hint: nil, asProbe: false, at: later)
        #expect(health.cooling(at: later) == nil)
    }

    @Test func `one call probes, and the open time doubles with each probe that fails`() {
        var (health, now, opens) = (opened(), start, [Duration]())
        for _ in 0..<6 {
            guard let until = health.cooling(at: now)?.until else { break }
            opens.append(now.duration(to: until))
            #expect(health.admit(at: until - .nanoseconds(1)) != .probe)
            #expect(health.admit(at: until) == .probe)
            #expect(health.admit(at: until) == .probed)
            now = until
            health.failed(.counts, hint: nil, asProbe: true, at: now)
        }
        #expect(opens == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    }

    @Test func `a probe that is answered closes it, and the next opening is short again`() {
        var health = opened()
        let later = start + .seconds(5)
        #expect(health.admit(at: later) == .probe)
        health.failed(.counts, hint: nil, asProbe: true, at: later)
        let last = start + .seconds(15)
        #expect(health.admit(at: last) == .probe)
        health.answered(asProbe: true, at: last)
        #expect(health.admit(at: last) == .go)
        for _ in 0..<5 { health.failed(.counts, hint: nil, asProbe: false, at: last) }
        #expect(health.cooling(at: last)?.until == last + .seconds(5))
    }

    @Test func `a bad request answers a probe: the target is there`() {
        var health = opened()
        let later = start + .seconds(5)
        #expect(health.admit(at: later) == .probe)
        health.failed(.none, hint: nil, asProbe: true, at: later)
        #expect(health.admit(at: later) == .go)
    }

    @Test func `cooling is extended and never shortened, not by a probe either`() {
        var health = TargetHealth()
        health.failed(.untilHint, hint: .seconds(30), asProbe: false, at: start)
        health.failed(.untilHint, hint: .seconds(10), asProbe: false, at: start)
        #expect(health.cooling(at: start)?.until == start + .seconds(30))
        health.failed(.quota, hint: nil, asProbe: false, at: start)
        #expect(health.cooling(at: start)?.cause == .quota)
        let later = start + .seconds(900)
        #expect(health.admit(at: later) == .probe)
        health.failed(.untilHint, hint: .seconds(60), asProbe: false, at: later)
        health.answered(asProbe: true, at: later)
        #expect(health.cooling(at: later)?.until == later + .seconds(60))
    }

    @Test func `late failures of calls that began before it opened do not open it for longer`() {
        var health = opened()
        for _ in 0..<20 {
            health.failed(.counts, hint: nil, asProbe: false, at: start + .seconds(1))
        }
        #expect(health.cooling(at: start)?.until == start + .seconds(5))
    }

    @Test func `a rate limit ends by itself, for all calls at once`() {
        var health = TargetHealth()
        health.failed(.untilHint, hint: .seconds(3), asProbe: false, at: start)
        #expect(health.admit(at: start + .seconds(3)) == .go)
        #expect(health.admit(at: start + .seconds(3)) == .go)
        health.heldBack(for: .seconds(2), at: start + .seconds(3))
        #expect(health.cooling(at: start + .seconds(4))?.cause == .heldBack)
        #expect(health.cooling(at: start + .seconds(5)) == nil)
    }
}
