import Clocks
import Testing

@testable import Lanes

struct LaneMachineTests {
    let start = Instant.now

    private func full(_ settings: LaneSettings = LaneSettings(concurrency: 1)) -> LaneMachine {
        var machine = LaneMachine(settings)
        for _ in 0..<settings.concurrency {
            #expect(machine.callArrived(.of("holder"), at: start).grant != nil)
        }
        return machine
    }

    // The charge is the queue's own affair.
    private var grant: Grant { Grant(startedAt: start, waited: .zero, isStream: false) }

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
        var machine = full()
        let first = machine.callArrived(.of("a"), at: start).ticket
        _ = machine.callArrived(.of("a"), at: start)
        let later = start + .seconds(3)
        let step = machine.slotFreed(grant, at: later)
        #expect(step.replies.map(\.ticket) == [first])
        #expect(step.replies.first?.grant?.startedAt == later)
        #expect(step.replies.first?.grant?.waited == .seconds(3))
    }

    @Test func `callers take turns however many calls each has queued`() {
        var machine = full()
        var names: [Ticket: String] = [:]
        for name in ["a", "a", "a", "a", "b", "b", "c"] {
            guard let ticket = machine.callArrived(.of(name), at: start).ticket else { continue }
            names[ticket] = name
        }
        var order = ""
        while let reply = machine.slotFreed(grant, at: start).replies.first {
            order += names[reply.ticket] ?? "?"
        }
        #expect(order == "abcabaa")
    }

    @Test func `a full lane refuses and says how deep it is`() {
        var machine = full(LaneSettings(concurrency: 1, queueDepthMax: 4))
        for name in ["a", "a", "b", "b"] { _ = machine.callArrived(.of(name), at: start) }
        #expect(
            machine.callArrived(.of("c"), at: start)
                == .refuse(.queueFull(depth: 4, limit: 4, estimatedWait: nil)))
        #expect(machine.queued == 4)
    }

    @Test func `a caller that fills its half is refused while others still queue`() {
        var machine = full(LaneSettings(concurrency: 1, queueDepthMax: 4))
        for _ in 0..<2 { _ = machine.callArrived(.of("a"), at: start) }
        #expect(
            machine.callArrived(.of("a"), at: start)
                == .refuse(.callerQueueFull(depth: 2, limit: 2, estimatedWait: nil)))
        #expect(machine.callArrived(.of("b"), at: start).ticket != nil)
    }

    @Test func `prompt bytes are bounded for the lane and for each caller`() {
        var machine = full(LaneSettings(concurrency: 1, queueBytesMax: 100))
        #expect(
            machine.callArrived(.of("a", bytes: 51), at: start)
                == .refuse(.callerQueueBytesFull(bytes: 51, limit: 50, estimatedWait: nil)))
        _ = machine.callArrived(.of("a", bytes: 50), at: start)
        _ = machine.callArrived(.of("b", bytes: 40), at: start)
        #expect(
            machine.callArrived(.of("c", bytes: 11), at: start)
                == .refuse(.queueBytesFull(bytes: 101, limit: 100, estimatedWait: nil)))
        #expect(machine.callArrived(.of("c", bytes: 10), at: start).ticket != nil)
        #expect(machine.queuedBytes == 100)
    }

    @Test func `an empty lane takes a prompt too large to queue`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1, queueBytesMax: 100))
        #expect(machine.callArrived(.of("a", bytes: 1_000), at: start).grant != nil)
    }

    @Test func `a caller that leaves gives up its place and is answered once`() {
        var machine = full()
        guard let ticket = machine.callArrived(.of("a"), at: start).ticket else { return }
        let reply = Reply(ticket: ticket, answer: .refuse(.callerLeft))
        #expect(machine.callerLeft(ticket) == .reply(reply))
        #expect(machine.callerLeft(ticket) == .nothing)
        #expect(machine.queueClockRang(ticket, at: start) == .nothing)
        #expect(machine.slotFreed(grant, at: start) == .nothing)
        #expect(machine.queued == 0)
        #expect(machine.queuedBytes == 0)
    }

    @Test func `an old ticket does not touch the call that took over its place`() {
        var machine = full()
        guard let old = machine.callArrived(.of("a"), at: start).ticket else { return }
        _ = machine.callerLeft(old)
        let new = machine.callArrived(.of("b"), at: start).ticket
        #expect(new?.index == old.index)
        #expect(machine.callerLeft(old) == .nothing)
        #expect(machine.queueClockRang(old, at: start) == .nothing)
        #expect(machine.queued == 1)
    }

    @Test func `the queue clock is the shorter of the lane's and the call's`() {
        var machine = full(LaneSettings(concurrency: 1, queueWaitMax: .seconds(60)))
        guard
            case .wait(let own, let soon) = machine.callArrived(
                .of("a", waitMax: .seconds(5)), at: start),
            case .wait(_, let late) = machine.callArrived(
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
            machine.queueClockRang(own, at: start + .seconds(6))
                == .reply(Reply(ticket: own, answer: .refuse(refusal))))
    }

    @Test func `a call whose own deadline passes in the queue has left, not timed out`() {
        var machine = full()
        let deadline = start + .seconds(2)
        guard
            case .wait(let ticket, let until) = machine.callArrived(
                .of("a", deadline: deadline), at: start)
        else {
            Issue.record("the call should wait")
            return
        }
        #expect(until == deadline)
        #expect(
            machine.queueClockRang(ticket, at: deadline)
                == .reply(Reply(ticket: ticket, answer: .refuse(.callerLeft))))
    }

    @Test func `growing starts waiting calls at once and shrinking lets running ones end`() {
        var machine = full()
        let tickets = (0..<3).map { _ in machine.callArrived(.of("a"), at: start).ticket }
        let grown = machine.settingsChanged(to: LaneSettings(concurrency: 3), at: start)
        #expect(grown.replies.map(\.ticket) == Array(tickets.prefix(2)))
        #expect(machine.running == 3)
        #expect(machine.settingsChanged(to: LaneSettings(concurrency: 1), at: start) == .nothing)
        #expect(machine.running == 3)
        #expect(machine.slotFreed(grant, at: start) == .nothing)
        #expect(machine.slotFreed(grant, at: start) == .nothing)
        #expect(machine.slotFreed(grant, at: start).replies.map(\.ticket) == [tickets[2]])
    }

    @Test func `a lane of no slots is paused until it grows`() {
        var machine = LaneMachine(LaneSettings(concurrency: 0))
        let ticket = machine.callArrived(.of("a"), at: start).ticket
        #expect(ticket != nil)
        let step = machine.settingsChanged(to: LaneSettings(concurrency: 1), at: start)
        #expect(step.replies.map(\.ticket) == [ticket])
    }

    @Test func `draining refuses all that wait and all that come`() {
        var machine = full()
        let tickets = ["a", "b"].map { machine.callArrived(.of($0), at: start).ticket }
        let step = machine.drainStarted(at: start)
        #expect(step.replies.map(\.ticket) == tickets)
        #expect(step.replies.map(\.answer) == [.refuse(.shuttingDown), .refuse(.shuttingDown)])
        #expect(machine.callArrived(.of("c"), at: start) == .refuse(.shuttingDown))
        #expect(machine.slotFreed(grant, at: start) == .nothing)
        #expect(machine.drainStarted(at: start) == .nothing)
    }

    @Test func `the estimated wait is the mean residency times the place over the concurrency`() {
        var machine = full(LaneSettings(concurrency: 2, queueDepthMax: 3))
        _ = machine.slotFreed(grant, at: start + .seconds(4))
        _ = machine.callArrived(.of("a"), at: start)
        for name in ["a", "b", "c"] { _ = machine.callArrived(.of(name), at: start) }
        #expect(
            machine.callArrived(.of("d"), at: start)
                == .refuse(.queueFull(depth: 3, limit: 3, estimatedWait: .seconds(8))))
    }
}
