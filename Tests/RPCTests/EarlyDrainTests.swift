import HandFrames
import Testing

@testable import RPC

/// Connections that are drained before their client has said anything.
@Suite struct EarlyDrainTests {
    // It was closed at once, and its client had to take that for a daemon that does not work.
    @Test func `a connection that is drained before its first word serves what is on its way`()
        throws
    {
        let client = try RawClient(
            [Kinds.unary { (text, _) async throws(RPCFailure) in text }], opening: [])
        client.server.drain()
        #expect(!client.server.isFinished)
        client.write(Frames.opening + Frames.request(1, Kinds.path))
        client.write(Frames.data(1, [0, 0, 0, 0, 0], end: true))
        #expect(try client.answer()["grpc-status"] == "0")
        client.wind(ConnectionLimits().goAwayTimeout)
        #expect(client.server.isFinished)
    }

    @Test func `a ttrpc request that is half here when its connection is drained is answered`()
        throws
    {
        let client = try RawClient([], opening: [])
        client.write([0, 0, 0, 0, 0])
        client.server.drain()
        #expect(!client.server.isFinished)
        client.write([0, 0, 1, 1, 0])
        #expect(client.server.isFinished)
        #expect(client.failure == nil)
    }

    @Test func `a connection that is drained and says nothing is given up soon`() throws {
        let client = try RawClient([], opening: [])
        client.server.drain()
        client.wind(.milliseconds(249))
        #expect(!client.server.isFinished)
        client.wind(.milliseconds(1))
        #expect(client.server.isFinished)
    }
}
