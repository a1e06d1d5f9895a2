import Clocks
import Testing

@testable import Lanes

struct AdaptiveLaneTests {
    private let start = Instant.now

    private func lane(_ concurrency: Int = 8) -> HeldLane {
        HeldLane(LaneSettings(concurrency: concurrency, adaptive: true))
    }

    /// Starts as many calls as there are slots and ends them all, alike.
    private func round(_ held: inout HeldLane, _ strain: Strain, at now: Instant) {
        for _ in 0..<held.machine.slots { held.start(.of("a"), at: now) }
        while !held.grants.isEmpty { held.endOne(strain, at: now + .milliseconds(1)) }
    }

    @Test func `a burst of refusals halves the slots once`() {
        var held = lane()
        round(&held, .overloaded, at: start)
        #expect(held.machine.slots == 4)
        round(&held, .overloaded, at: start + .seconds(1))
        #expect(held.machine.slots == 2)
        for second in 2..<6 { round(&held, .overloaded, at: start + .seconds(second)) }
        #expect(held.machine.slots == 1, "one is always left to find out with")
    }

    @Test func `each full round of good calls gives one slot back, up to all`() {
        var held = lane(4)
        round(&held, .overloaded, at: start)
        var seen = [held.machine.slots]
        for second in 1..<5 {
            round(&held, .well, at: start + .seconds(second))
            seen.append(held.machine.slots)
        }
        #expect(seen == [2, 3, 4, 4, 4])
    }

    @Test func `failures that say nothing of the load change nothing`() {
        var held = lane()
        round(&held, .unknown, at: start)
        #expect(held.machine.slots == 8)
    }

    @Test func `a lane that does not adapt keeps its slots`() {
        var held = HeldLane(LaneSettings(concurrency: 8))
        round(&held, .overloaded, at: start)
        #expect(held.machine.slots == 8)
    }

    @Test func `who waits starts when the slots come back, and not before`() {
        var held = lane(2)
        round(&held, .overloaded, at: start)
        #expect(held.machine.slots == 1)
        let later = start + .seconds(1)
        held.start(.of("a"), at: later)
        #expect(held.machine.callArrived(.of("b"), at: later).ticket != nil)
        #expect(held.machine.callArrived(.of("c"), at: later).ticket != nil)
        let step = held.endOne(.well, at: later + .seconds(1))
        #expect(step.replies.count == 2, "the round of one gave the second slot back")
        #expect(held.machine.running == 2)
    }

    @Test func `what ran when the slots were cut runs to its end`() {
        var held = lane(4)
        for _ in 0..<4 { held.start(.of("a"), at: start) }
        held.endOne(.overloaded, at: start + .seconds(1))
        #expect(held.machine.running == 3)
        #expect(held.machine.slots == 2)
        #expect(held.machine.callArrived(.of("b"), at: start + .seconds(1)).ticket != nil)
    }
}
