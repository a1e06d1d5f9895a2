import Clocks
import Testing

@testable import Lanes

struct LaneStreamTests {
    let start = Instant.now

    private var grant: Grant { Grant(startedAt: start, waited: .zero, isStream: true) }

    @Test func `an established stream frees its slot and counts as open until it ends`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1))
        _ = machine.callArrived(.of("a", stream: true), at: start)
        let next = machine.callArrived(.of("a"), at: start).ticket
        let (open, step) = machine.streamEstablished(grant, at: start)
        #expect(step.replies.map(\.ticket) == [next])
        #expect(machine.openStreams == 1)
        #expect(machine.streamEnded(open, at: start) == .nothing)
        #expect(machine.openStreams == 0)
        #expect(machine.running == 1)
    }

    @Test func `a lane that holds until completion keeps the slot to the stream's end`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1, hold: .completion))
        _ = machine.callArrived(.of("a", stream: true), at: start)
        let next = machine.callArrived(.of("a"), at: start).ticket
        let (open, step) = machine.streamEstablished(grant, at: start)
        #expect(step == .nothing)
        #expect(machine.running == 1)
        #expect(machine.streamEnded(open, at: start).replies.map(\.ticket) == [next])
    }

    @Test func `a stream keeps its slot by the setting it was established under`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1, hold: .completion))
        _ = machine.callArrived(.of("a", stream: true), at: start)
        let (open, _) = machine.streamEstablished(grant, at: start)
        _ = machine.settingsChanged(to: LaneSettings(concurrency: 1), at: start)
        #expect(machine.running == 1)
        _ = machine.streamEnded(open, at: start)
        #expect(machine.running == 0)
    }

    @Test func `over the bound of open streams new streams wait and unary calls pass them`() {
        var machine = LaneMachine(LaneSettings(concurrency: 2, openStreamsMax: 1))
        _ = machine.callArrived(.of("a", stream: true), at: start)
        let (open, _) = machine.streamEstablished(grant, at: start)
        let stream = machine.callArrived(.of("a", stream: true), at: start).ticket
        #expect(stream != nil)
        #expect(machine.callArrived(.of("a"), at: start).grant != nil)
        #expect(machine.streamEnded(open, at: start).replies.map(\.ticket) == [stream])
    }

    @Test func `a stream that is starting counts against the bound of open ones`() {
        var machine = LaneMachine(LaneSettings(concurrency: 4, openStreamsMax: 1))
        #expect(machine.callArrived(.of("a", stream: true), at: start).grant != nil)
        let waiting = machine.callArrived(.of("b", stream: true), at: start).ticket
        #expect(waiting != nil)
        #expect(machine.slotFreed(grant, at: start).replies.map(\.ticket) == [waiting])
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
