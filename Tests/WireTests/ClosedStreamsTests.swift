import HandFrames
import Testing

@testable import Wire

/// Which frames on a stream that is gone are the peer's fault.
@Suite struct ClosedStreamsTests {
    @Test func `a stream that was opened and is gone is over`() {
        var streams = ClosedStreams(resetsMax: 4)
        #expect(!streams.isOver(1))
        streams.opened(5)
        #expect(streams.isOver(5))
        #expect(streams.isOver(3), "closed by what was opened after it (section 5.1.1)")
        #expect(!streams.isOver(7))
    }

    @Test func `a stream that we have reset may still be sent on`() {
        var streams = ClosedStreams(resetsMax: 4)
        streams.opened(5)
        streams.weReset(3)
        streams.weReset(3)
        #expect(!streams.isOver(3))
        #expect(streams.isOver(1))
    }

    @Test func `of our resets the oldest are forgotten first`() {
        var streams = ClosedStreams(resetsMax: 3)
        streams.opened(99)
        for id in stride(from: Int32(1), through: 15, by: 2) { streams.weReset(id) }
        #expect([9, 7, 5, 3, 1].allSatisfy { streams.isOver($0) })
        #expect([11, 13, 15].allSatisfy { !streams.isOver($0) })
    }

    private static func answering() throws -> ScriptedServer {
        let server = try ScriptedServer()
        server.onEnd = { stream in
            var block = HeaderBlock()
            block.append(name: ":status", value: "200")
            stream.sendHeaders(block, endStream: true)
        }
        server.receive(Frames.opening + Frames.request(1, end: true))
        return server
    }

    @Test func `HEADERS on a stream that has ended end the connection`() throws {
        let server = try Self.answering()
        _ = server.takeFrames()
        server.receive(Frames.request(1, end: true))
        #expect(server.takeFrames().last?.code == HTTP2ErrorCode.streamClosed.rawValue)
        #expect(server.failure?.description.contains("stream 1, which is closed") == true)
    }

    @Test func `a peer that has not seen our reset may send on, in the same read and after`() throws
    {
        let server = try ScriptedServer()
        server.onRequest = { $0.reset(.internalError) }
        server.receive(Frames.opening + Frames.request(1) + Frames.data(1, [1]))
        server.receive(Frames.data(1, [1]) + Frames.data(1, [2], end: true))
        #expect(server.failure == nil)
    }

    @Test func `streams that are refused after a GOAWAY may be sent on`() throws {
        let server = try Self.answering()
        server.session.goAway()
        server.receive(Frames.request(3) + Frames.data(3, [1]))
        server.receive(Frames.data(3, [1], end: true))
        #expect(server.failure == nil)
    }

    @Test func `PRIORITY on stream 0 ends the connection`() throws {
        let server = try Self.answering()
        server.receive(Frames.frame(2, 0, 0, [0, 0, 0, 0, 1]))
        #expect(server.takeFrames().last?.code == HTTP2ErrorCode.protocolError.rawValue)
        #expect(server.failure != nil)
    }
}
