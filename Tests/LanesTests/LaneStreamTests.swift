import Clocks
import Testing

@testable import Lanes

struct LaneStreamTests {
    let start = Instant.now

    @Test func `an established stream frees its slot and counts as open until it ends`() {
        var held = HeldLane(LaneSettings(concurrency: 1))
        held.start(.of("a", stream: true), at: start)
        let next = held.machine.callArrived(.of("a"), at: start).ticket
        let (open, step) = held.establishOne(at: start)
        #expect(step.replies.map(\.ticket) == [next])
        #expect(held.machine.openStreams == 1)
        #expect(held.machine.streamEnded(open, at: start) == .nothing)
        #expect(held.machine.openStreams == 0)
        #expect(held.machine.running == 1)
    }

    @Test func `a lane that holds until completion keeps the slot to the stream's end`() {
        var held = HeldLane(LaneSettings(concurrency: 1, hold: .completion))
        held.start(.of("a", stream: true), at: start)
        let next = held.machine.callArrived(.of("a"), at: start).ticket
        let (open, step) = held.establishOne(at: start)
        #expect(step == .nothing)
        #expect(held.machine.running == 1)
        #expect(held.machine.streamEnded(open, at: start).replies.map(\.ticket) == [next])
    }

    @Test func `a stream keeps its slot by the setting it was established under`() {
        var held = HeldLane(LaneSettings(concurrency: 1, hold: .completion))
        held.start(.of("a", stream: true), at: start)
        let (open, _) = held.establishOne(at: start)
        _ = held.machine.settingsChanged(to: LaneSettings(concurrency: 1), at: start)
        #expect(held.machine.running == 1)
        _ = held.machine.streamEnded(open, at: start)
        #expect(held.machine.running == 0)
    }

    @Test func `over the bound of open streams new streams wait and unary calls pass them`() {
        var held = HeldLane(LaneSettings(concurrency: 2, maxOpenStreams: 1))
        held.start(.of("a", stream: true), at: start)
        let (open, _) = held.establishOne(at: start)
        let stream = held.machine.callArrived(.of("a", stream: true), at: start).ticket
        #expect(stream != nil)
        #expect(held.machine.callArrived(.of("a"), at: start).grant != nil)
        #expect(held.machine.streamEnded(open, at: start).replies.map(\.ticket) == [stream])
    }

    /// A returning caller was once measured by streams that could not start, whose tags stood still.
    @Test func `streams without room hold nobody's share back, and save nothing up`() {
        var settings = LaneSettings(
            concurrency: 1, queueDepthMax: 1_000, maxOpenStreams: 1, cost: .requests)
        settings.queueWaitMax = .seconds(10_000)
        var held = HeldLane(settings)
        held.start(.of("streamer", stream: true), at: start)
        let (open, _) = held.establishOne(at: start)
        var names: [Ticket: String] = [:]
        func put(_ name: String, _ count: Int, stream: Bool = false) {
            for _ in 0..<count {
                let ticket = held.machine.callArrived(.of(name, stream: stream), at: start).ticket
                if let ticket { names[ticket] = name }
            }
        }
        func serve(_ count: Int) -> [String] {
            (0..<count).flatMap { _ in
                held.endOne(at: start).replies.compactMap { names[$0.ticket] }
            }
        }
        held.start(.of("old"), at: start)
        put("streamer", 20, stream: true)
        put("old", 300)
        #expect(serve(100) == Array(repeating: "old", count: 100))
        put("new", 100)
        let turns = serve(20)
        #expect(turns.count { $0 == "new" } == 10 && turns.count { $0 == "old" } == 10)
        // Room at last: a stream starts, and its caller has one share among three.
        settings.maxOpenStreams = 1_000
        _ = held.machine.streamEnded(open, at: start)
        _ = held.change(to: settings, at: start)
        let after = serve(30)
        #expect(after.count { $0 == "streamer" } == 10, "\(after)")
        held.machine.deepInvariants()
    }

    @Test func `a stream that is starting counts against the bound of open ones`() {
        var held = HeldLane(LaneSettings(concurrency: 4, maxOpenStreams: 1))
        held.start(.of("a", stream: true), at: start)
        let waiting = held.machine.callArrived(.of("b", stream: true), at: start).ticket
        #expect(waiting != nil)
        #expect(held.endOne(at: start).replies.map(\.ticket) == [waiting])
    }

    @Test func `the bound of open streams follows the concurrency unless it is given`() {
        var settings = LaneSettings(concurrency: 2)
        #expect(settings.maxOpenStreams == 16)
        settings.concurrency = 3
        #expect(settings.maxOpenStreams == 24)
        settings.maxOpenStreams = 5
        settings.concurrency = 4
        #expect(settings.maxOpenStreams == 5)
    }
}
