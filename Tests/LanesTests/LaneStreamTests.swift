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
        var held = HeldLane(LaneSettings(concurrency: 2, openStreamsMax: 1))
        held.start(.of("a", stream: true), at: start)
        let (open, _) = held.establishOne(at: start)
        let stream = held.machine.callArrived(.of("a", stream: true), at: start).ticket
        #expect(stream != nil)
        #expect(held.machine.callArrived(.of("a"), at: start).grant != nil)
        #expect(held.machine.streamEnded(open, at: start).replies.map(\.ticket) == [stream])
    }

    @Test func `a stream that is starting counts against the bound of open ones`() {
        var held = HeldLane(LaneSettings(concurrency: 4, openStreamsMax: 1))
        held.start(.of("a", stream: true), at: start)
        let waiting = held.machine.callArrived(.of("b", stream: true), at: start).ticket
        #expect(waiting != nil)
        #expect(held.endOne(at: start).replies.map(\.ticket) == [waiting])
    }

    @Test func `the bound of open streams follows the concurrency unless it is given`() {
        var settings = LaneSettings(concurrency: 2)
        #expect(settings.openStreamsMax == 16)
        settings.concurrency = 3
        #expect(settings.openStreamsMax == 24)
        settings.openStreamsMax = 5
        settings.concurrency = 4
        #expect(settings.openStreamsMax == 5)
    }
}
