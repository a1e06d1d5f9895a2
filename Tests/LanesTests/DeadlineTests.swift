import Clocks
import Testing

@testable import Lanes

/// Calls whose caller will not wait as long as the queue takes.
struct DeadlineTests {
    let start = Instant.now

    /// One slot, taken, whose calls take ten seconds each, with calls of a hog waiting.
    private func busy(hogs: Int) -> HeldLane {
        var held = HeldLane(LaneSettings(concurrency: 1, cost: .requests))
        held.start(.of("holder"), at: start)
        _ = held.endOne(at: start + .seconds(10))
        held.start(.of("holder"), at: start)
        for _ in 0..<hogs { _ = held.machine.callArrived(.of("hog"), at: start) }
        return held
    }

    @Test func `a call that could not start in time is refused at once and told why`() {
        var held = busy(hogs: 8)
        let arrival = held.machine.callArrived(
            .of("hog", deadline: start + .seconds(20)), at: start)
        #expect(
            arrival == .refuse(.callerDeadline(left: .seconds(20), estimatedWait: .seconds(90))))
        #expect(held.machine.queued == 8)
    }

    @Test func `a call that would start in time at twice the pace may wait`() {
        var held = busy(hogs: 4)
        #expect(
            held.machine.callArrived(.of("hog", deadline: start + .seconds(20)), at: start).ticket
                != nil)
        #expect(
            held.machine.callArrived(.of("hog", deadline: start + .seconds(20)), at: start).ticket
                == nil)
    }

    @Test func `a light caller is not refused for a hog's queue`() {
        var held = busy(hogs: 100)
        let light = held.machine.callArrived(
            .of("light", deadline: start + .seconds(10)), at: start)
        #expect(light.ticket != nil)
    }

    @Test func `an urgent call is not refused for a queue below it`() {
        var held = busy(hogs: 100)
        let urgent = Job.of("hog", deadline: start + .seconds(6), priority: .system)
        #expect(held.machine.callArrived(urgent, at: start).ticket != nil)
    }

    @Test func `nothing is foretold while no call has ended`() {
        var held = HeldLane(LaneSettings(concurrency: 1))
        held.start(.of("holder"), at: start)
        for _ in 0..<50 { _ = held.machine.callArrived(.of("hog"), at: start) }
        let soon = Job.of("hog", deadline: start + .milliseconds(1))
        #expect(held.machine.callArrived(soon, at: start).ticket != nil)
    }

    @Test func `asking does not disturb the turns of those that wait`() {
        var held = busy(hogs: 8)
        let before = held.machine.look().order(at: start).map(\.ticket)
        _ = held.machine.callArrived(.of("hog", deadline: start + .seconds(1)), at: start)
        #expect(held.machine.look().order(at: start).map(\.ticket) == before)
        held.machine.deepInvariants()
    }
}
