import Glibc
import HandFrames
import Messages
import Patience
import RPC
import Testing

@testable import Transport

/// Clients that come while the server leaves.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct DrainingTests {
    private static let method = TypedMethod<TextPart, TextPart>(
        LiveServer.path, .unary { (request, _) async throws(RPCFailure) in request })

    // A connection that was opened after the drain had begun was never told, and held the stop up
    // until its timeout.
    @Test func `a connection that is accepted while the server drains is served and ends`()
        async throws
    {
        let live = try await LiveServer(Self.method)
        live.server.drain()
        let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
        defer { close(socket) }
        let body = TextPart(text: String(repeating: "x", count: 9_000)).encoded()
        RawSocket.write(
            socket,
            Frames.opening + Frames.request(1, LiveServer.path)
                + Frames.data(1, [0] + bigEndian(UInt32(body.count)) + body, end: true))
        #expect(try #require(RawSocket.readToEnd(socket)) > 9_000)
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    @Test func `a connection that says nothing does not hold the drain up`() async throws {
        let live = try await LiveServer(Self.method)
        let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
        defer { close(socket) }
        #expect(await LiveServer.eventually { live.server.connectionCount == 1 })
        live.server.drain()
        #expect(RawSocket.readToEnd(socket) == 0)
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    // It was closed at once. A client that wrote in that moment lost the answer it had not read.
    @Test func `a client whose connection is finished may still write, and has a second to close`()
        async throws
    {
        let live = try await LiveServer(Self.method)
        let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
        RawSocket.write(socket, Frames.opening)
        #expect(await LiveServer.eventually { live.server.connectionCount == 1 })
        live.server.drain()
        #expect(try #require(RawSocket.readToEnd(socket)) > 0)
        let ping = Frames.frame(6, 0, 0, [UInt8](repeating: 0, count: 8))
        let sent = unsafe send(socket, ping, ping.count, Int32(MSG_NOSIGNAL))
        #expect(sent == ping.count)
        close(socket)
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    @Test func `a server that accepts no more leaves who comes in the backlog`() async throws {
        let live = try await LiveServer(Self.method)
        // As the service manager does, this keeps the socket while the server goes.
        let path = try live.scratch.path.description
        let first = try #require(SocketScratch.connect(path))
        defer { close(first) }
        #expect(await LiveServer.eventually { live.server.connectionCount == 1 })
        let kept = fcntl(live.listener, F_DUPFD_CLOEXEC, 3)
        defer { close(kept) }
        await live.server.stopAccepting()
        let second = try #require(SocketScratch.connect(path))
        defer { close(second) }
        #expect(SocketScratch.isReadable(kept))
        let accepted = accept(kept, nil, nil)
        #expect(accepted >= 0)
        close(accepted)
        try await live.stop()
    }
}
