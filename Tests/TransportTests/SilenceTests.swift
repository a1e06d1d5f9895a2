import Glibc
import Messages
import RPC
import Testing

@testable import Transport

/// Who connects and says nothing.
@Suite(.timeLimit(.minutes(1))) struct SilenceTests {
    private static let method = TypedMethod<TextPart, TextPart>(
        LiveServer.path, .unary { (request, _) async throws(RPCFailure) in request })

    @Test func `who says nothing for too long is cut off`() async throws {
        var settings = ServerSettings()
        settings.connection.prefaceTimeout = .milliseconds(50)
        let live = try await LiveServer(Self.method, settings: settings)
        let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
        #expect(RawSocket.readToEnd(socket) == 0)
        Glibc.close(socket)
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }
}
