import Clocks
import Testing

@testable import Lanes

struct LaneMachineTests {
    let start = Instant.now

    private func full(_ settings: LaneSettings = LaneSettings(concurrency: 1)) -> HeldLane {
        var held = HeldLane(settings)
        for _ in 0..<settings.concurrency { held.start(.of("holder"), at: start) }
        return held
    }

    @Test func `a call starts at once while the lane has room`() {
        var machine = LaneMachine(LaneSettings(concurrency: 2))
        for _ in 0..<2 {
            let started = machine.callArrived(.of("a"), at: start).grant
            #expect(started?.startedAt == start)
            #expect(started?.waited == .zero)
        }
        #expect(machine.callArrived(.of("a"), at: start).ticket != nil)
        #expect(machine.running == 2)
        #expect(machine.queued == 1)
    }

    @Test func `a freed slot goes to the call that has waited longest and says how long`() {
        var held = full()
        let first = held.machine.callArrived(.of("a"), at: start).ticket
        _ = held.machine.callArrived(.of("a"), at: start)
        let later = start + .seconds(3)
        let step = held.endOne(at: later)
        #expect(step.replies.map(\.ticket) == [first])
        #expect(step.replies.first?.grant?.startedAt == later)
        #expect(step.replies.first?.grant?.waited == .seconds(3))
    }

    @Test func `callers take turns however many calls each has queued`() {
        var held = full()
        var names: [Ticket: String] = [:]
        for name in ["a", "a", "a", "a", "b", "b", "c"] {
            guard let ticket = held.machine.callArrived(.of(name), at: start).ticket else {
                continue
            }
            names[ticket] = name
        }
        var order = ""
        while let reply = held.endOne(at: start).replies.first {
            order += names[reply.ticket] ?? "?"
        }
        #expect(order == "abcabaa")
    }

    @Test func `a full lane refuses and says how deep it is`() {
        var held = full(LaneSettings(concurrency: 1, queueDepthMax: 4))
        for name in ["a", "a", "b", "b"] { _ = held.machine.callArrived(.of(name), at: start) }
        #expect(
            held.machine.callArrived(.of("c"), at: start)
                == .refuse(.queueFull(depth: 4, limit: 4, estimatedWait: nil)))
        #expect(held.machine.queued == 4)
    }

    @Test func `a caller that fills its half is refused while others still queue`() {
        var held = full(LaneSettings(concurrency: 1, queueDepthMax: 4))
        for _ in 0..<2 { _ = held.machine.callArrived(.of("a"), at: start) }
        #expect(
            held.machine.callArrived(.of("a"), at: start)
                == .refuse(.callerQueueFull(depth: 2, limit: 2, estimatedWait: nil)))
        #expect(held.machine.callArrived(.of("b"), at: start).ticket != nil)
    }

    @Test func `prompt bytes are bounded for the lane and for each caller`() {
        var held = full(LaneSettings(concurrency: 1, queueBytesMax: 100))
        #expect(
            held.machine.callArrived(.of("a", bytes: 51), at: start)
                == .refuse(.callerQueueBytesFull(bytes: 51, limit: 50, estimatedWait: nil)))
        _ = held.machine.callArrived(.of("a", bytes: 50), at: start)
        _ = held.machine.callArrived(.of("b", bytes: 40), at: start)
        #expect(
            held.machine.callArrived(.of("c", bytes: 11), at: start)
                == .refuse(.queueBytesFull(bytes: 101, limit: 100, estimatedWait: nil)))
        #expect(held.machine.callArrived(.of("c", bytes: 10), at: start).ticket != nil)
        #expect(held.machine.queuedBytes == 100)
    }

    @Test func `an empty lane takes a prompt too large to queue`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1, queueBytesMax: 100))
        #expect(machine.callArrived(.of("a", bytes: 1_000), at: start).grant != nil)
    }

    @Test func `a caller that leaves gives up its place and is answered once`() {
        var held = full()
        guard let ticket = held.machine.callArrived(.of("a"), at: start).ticket else { return }
        let reply = Reply(ticket: ticket, answer: .refuse(.callerLeft))
        #expect(held.machine.callerLeft(ticket) == .reply(reply))
        #expect(held.machine.callerLeft(ticket) == .nothing)
        #expect(held.machine.queueClockRang(ticket, at: start) == .nothing)
        #expect(held.endOne(at: start) == .nothing)
        #expect(held.machine.queued == 0)
        #expect(held.machine.queuedBytes == 0)
    }

    @Test func `an old ticket does not touch the call that took over its place`() {
        var held = full()
        guard let old = held.machine.callArrived(.of("a"), at: start).ticket else { return }
        _ = held.machine.callerLeft(old)
        let new = held.machine.callArrived(.of("b"), at: start).ticket
        #expect(new?.index == old.index)
        #expect(held.machine.callerLeft(old) == .nothing)
        #expect(held.machine.queueClockRang(old, at: start) == .nothing)
        #expect(held.machine.queued == 1)
    }

    @Test func `the queue clock is the shorter of the lane's and the call's`() {
        var held = full(LaneSettings(concurrency: 1, queueWaitMax: .seconds(60)))
        guard
            case .wait(let own, let soon) = held.machine.callArrived(
                .of("a", waitMax: .seconds(5)), at: start),
            case .wait(_, let late) = held.machine.callArrived(
                .of("a", waitMax: .seconds(500)), at: start)
        else {
            Issue.record("both calls should wait")
            return
        }
        #expect(soon == start + .seconds(5))
        #expect(late == start + .seconds(60))
        let refusal = LaneRefusal.queueTimeout(
            waited: .seconds(6), limit: .seconds(5), estimatedWait: nil)
        #expect(
            held.machine.queueClockRang(own, at: start + .seconds(6))
                == .reply(Reply(ticket: own, answer: .refuse(refusal))))
    }

    @Test func `a call whose own deadline passes in the queue has left, not timed out`() {
        var held = full()
        let deadline = start + .seconds(2)
        guard
            case .wait(let ticket, let until) = held.machine.callArrived(
                .of("a", deadline: deadline), at: start)
        else {
            Issue.record("the call should wait")
            return
        }
        #expect(until == deadline)
        #expect(
            held.machine.queueClockRang(ticket, at: deadline)
                == .reply(Reply(ticket: ticket, answer: .refuse(.callerLeft))))
    }

    @Test func `growing starts waiting calls at once and shrinking lets running ones end`() {
        var held = full()
        let tickets = (0..<3).map { _ in held.machine.callArrived(.of("a"), at: start).ticket }
        let grown = held.change(to: LaneSettings(concurrency: 3), at: start)
        #expect(grown.replies.map(\.ticket) == Array(tickets.prefix(2)))
        #expect(held.machine.running == 3)
        #expect(held.change(to: LaneSettings(concurrency: 1), at: start) == .nothing)
        #expect(held.machine.running == 3)
        #expect(held.endOne(at: start) == .nothing)
        #expect(held.endOne(at: start) == .nothing)
        #expect(held.endOne(at: start).replies.map(\.ticket) == [tickets[2]])
    }

    @Test func `a paused lane starts nothing until it is resumed and lets running calls end`() {
        var held = full(LaneSettings(concurrency: 2))
        var paused = LaneSettings(concurrency: 2)
        paused.paused = true
        #expect(held.change(to: paused, at: start) == .nothing)
        #expect(held.endOne(at: start) == .nothing)
        let ticket = held.machine.callArrived(.of("a"), at: start).ticket
        #expect(ticket != nil)
        #expect(held.machine.running == 1)
        let step = held.change(to: LaneSettings(concurrency: 2), at: start)
        #expect(step.replies.map(\.ticket) == [ticket])
    }

    @Test func `draining refuses all that wait and all that come`() {
        var held = full()
        let tickets = ["a", "b"].map { held.machine.callArrived(.of($0), at: start).ticket }
        let step = held.machine.drainStarted(at: start)
        #expect(step.replies.map(\.ticket) == tickets)
        #expect(step.replies.map(\.answer) == [.refuse(.shuttingDown), .refuse(.shuttingDown)])
        #expect(held.machine.callArrived(.of("c"), at: start) == .refuse(.shuttingDown))
        #expect(held.endOne(at: start) == .nothing)
        #expect(held.machine.drainStarted(at: start) == .nothing)
    }

    @Test func `the estimated wait is the mean residency times the place over the concurrency`() {
        var held = full(LaneSettings(concurrency: 2, queueDepthMax: 3))
        _ = held.endOne(at: start + .seconds(4))
        held.start(.of("a"), at: start)
        for name in ["a", "b", "c"] { _ = held.machine.callArrived(.of(name), at: start) }
        #expect(
            held.machine.callArrived(.of("d"), at: start)
                == .refuse(.queueFull(depth: 3, limit: 3, estimatedWait: .seconds(8))))
    }
}
