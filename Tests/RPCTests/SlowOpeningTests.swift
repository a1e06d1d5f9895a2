import Clocks
import HandFrames
import Testing
import Wire

@testable import RPC

/// Clients that begin and do not go on, on a clock wound by hand.
@Suite struct SlowOpeningTests {
    private static func client(opening: [UInt8] = Frames.opening) throws -> RawClient {
        try RawClient(
            [Kinds.unary { (text, _) async throws(RPCFailure) in text }], opening: opening)
    }

    @Test func `half a preface is cut off after ten seconds`() throws {
        let client = try Self.client(opening: Array(Frames.preface[..<10]))
        client.wind(.seconds(9))
        #expect(!client.isEnded)
        client.wind(.seconds(1))
        #expect(client.isEnded)
    }

    @Test func `a preface without SETTINGS is cut off after ten seconds`() throws {
        let client = try Self.client(opening: Frames.preface)
        client.wind(.seconds(10))
        #expect(client.isEnded)
    }

    @Test func `a header block that drips is cut off after five seconds`() throws {
        let client = try Self.client()
        client.write(Frames.frame(1, 0, 1, []))
        for _ in 0..<4 {
            client.wind(.seconds(1))
            client.write(Frames.frame(9, 0, 1, [0x83]))
        }
        #expect(!client.isEnded)
        client.wind(.seconds(1))
        #expect(client.isEnded)
    }

    @Test func `a header block that is whole in time is served`() throws {
        let client = try Self.client()
        client.write(Frames.frame(1, 1, 1, []))
        client.wind(.seconds(4))
        client.write(Frames.frame(9, 4, 1, Frames.requestBlock(Kinds.path)))
        client.wind(.seconds(60))
        #expect(!client.isEnded)
        #expect(try client.answer()["grpc-status"] == "13", "without a message")
    }

    // The alarm of a connection's life was set before its first call, and looked for nothing sooner.
    @Test func `a connection that becomes idle is drained in time`() throws {
        var settings = ServerSettings()
        settings.connection.idle = .seconds(60)
        settings.slowConsumerTimeout = .seconds(1)
        let client = try RawClient(
            [Kinds.unary { (text, _) async throws(RPCFailure) in text }], settings: settings)
        client.wind(seconds: 59)
        client.write(Frames.request(1, Kinds.path))
        client.wind(seconds: 1)
        client.write(Frames.reset(1, 8))
        client.wind(seconds: 60)
        #expect(!client.server.isFinished)
        client.wind(seconds: 4)
        #expect(client.server.isFinished)
    }
}

extension RawClient {
    /// One second after the other, so that an alarm may set the next.
    fileprivate func wind(seconds: Int) {
        for _ in 0..<seconds { wind(.seconds(1)) }
    }

    fileprivate var isEnded: Bool { failure != nil || server.isFinished }
}
