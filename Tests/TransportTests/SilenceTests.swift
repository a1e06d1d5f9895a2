import Glibc
import Messages
import Patience
import RPC
import Testing

@testable import Transport

/// Who connects and says nothing.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct SilenceTests {
    private static let method = TypedMethod<TextPart, TextPart>(
        LiveServer.path, .unary { (request, _) async throws(RPCFailure) in request })

    private func server(silenceTimeout: Duration) async throws -> LiveServer {
        var settings = ServerSettings()
        settings.connection.prefaceTimeout = silenceTimeout
        return try await LiveServer(
            Self.method, settings: settings, limits: SocketLimits(connectionsMax: 1))
    }

    @Test func `who says nothing is closed for the next who comes`() async throws {
        let live = try await server(silenceTimeout: .zero)
        let path = try live.scratch.path.description
        let first = try #require(SocketScratch.connect(path))
        #expect(await LiveServer.eventually { live.server.connectionCount == 1 })
        let second = try #require(SocketScratch.connect(path))
        #expect(RawSocket.readToEnd(first) == 0)
        Glibc.close(first)
        Glibc.close(second)
        try await live.stop()
    }

    @Test func `who has only just come is not`() async throws {
        let live = try await server(silenceTimeout: .seconds(60))
        let path = try live.scratch.path.description
        let first = try #require(SocketScratch.connect(path))
        #expect(await LiveServer.eventually { live.server.connectionCount == 1 })
        let second = try #require(SocketScratch.connect(path))
        #expect(RawSocket.readToEnd(second) == 0)
        #expect(live.server.connectionCount == 1)
        Glibc.close(first)
        Glibc.close(second)
        try await live.stop()
    }
}
