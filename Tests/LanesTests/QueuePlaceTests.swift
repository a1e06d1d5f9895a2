import Clocks
import Synchronization
import Testing

@testable import Lanes

struct QueuePlaceTests {
    let start = Instant.now

    private func order(_ machine: borrowing LaneMachine) -> [Ticket] {
        machine.look().order(at: start).map(\.ticket)
    }

    @Test func `places are those in which the calls then start`() {
        var held = HeldLane(LaneSettings(concurrency: 1, cost: .requests))
        held.start(.of("holder"), at: start)
        for name in ["a", "a", "a", "b", "c"] { _ = held.machine.callArrived(.of(name), at: start) }
        _ = held.machine.callArrived(.of("late", priority: .system), at: start)
        let predicted = order(held.machine)
        var seen: [Ticket] = []
        while let reply = held.endOne(at: start).replies.first { seen.append(reply.ticket) }
        #expect(predicted.count == 6)
        #expect(predicted == seen)
    }

    @Test func `a caller sees where its next and its last call stand`() {
        var held = HeldLane(LaneSettings(concurrency: 1, cost: .requests))
        held.start(.of("holder"), at: start)
        _ = held.endOne(at: start + .seconds(4))
        held.start(.of("holder"), at: start)
        for name in ["a", "a", "a", "b"] { _ = held.machine.callArrived(.of(name), at: start) }
        let callers = held.machine.look().snapshot(name: "lane", at: start + .seconds(1)).callers
        #expect(callers.map(\.caller.callerID) == ["a", "b", "holder"])
        #expect(callers[0].place == .init(first: 0, last: 3, estimatedWait: .seconds(16)))
        #expect(callers[1].place == .init(first: 1, last: 1, estimatedWait: .seconds(8)))
        #expect(callers[2].place == nil)
        #expect(callers.map(\.oldestWait) == [.seconds(1), .seconds(1), .zero])
        #expect(callers.map(\.running) == [0, 0, 1])
        #expect(callers.map(\.started) == [0, 0, 2])
    }

    @Test func `streams without room stand behind what can start`() {
        var held = HeldLane(LaneSettings(concurrency: 1, maxOpenStreams: 1))
        held.start(.of("a", stream: true), at: start)
        let (_, step) = held.establishOne(at: start)
        #expect(step == .nothing)
        let stream = held.machine.callArrived(.of("a", stream: true), at: start).ticket
        held.start(.of("b"), at: start)
        let unary = held.machine.callArrived(.of("c"), at: start).ticket
        #expect(order(held.machine) == [unary, stream])
    }

    @Test func `who follows its place hears of every change and nothing after the end`()
        async throws
    {
        let time = HandWoundTime()
        let lane = Lane(
            name: "lane", settings: LaneSettings(concurrency: 1), time: time,
            logger: LogBook().logger)
        let slots = Mutex<[String]>([])
        let first = try await lane.slot(for: .of("holder"))
        let ahead = Task { try await lane.slot(for: .of("a")).release() }
        await eventually { lane.snapshot().queued == 1 }
        let task = Task {
            try await lane.slot(for: .of("b")) { place in
                slots.withLock { $0.append("\(place.ahead)") }
            }.release()
        }
        await eventually { lane.suspended == 2 }
        #expect(slots.withLock { $0 } == ["1"])
        time.advance(by: .milliseconds(250))
        #expect(slots.withLock { $0 } == ["1"], "nothing has changed")
        ahead.cancel()
        await eventually { lane.snapshot().queued == 1 }
        time.advance(by: .milliseconds(250))
        #expect(slots.withLock { $0 } == ["1", "0"])
        first.release()
        try await task.value
        time.advance(by: .milliseconds(500))
        #expect(slots.withLock { $0 } == ["1", "0"])
        #expect(time.alarmCount == 0)
        _ = try? await ahead.value
    }
}
