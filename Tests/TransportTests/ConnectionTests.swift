import Glibc
import Messages
import NIOCore
import Patience
import RPC
import Synchronization
import Testing

@testable import Transport

/// Connections over real sockets.
@Suite(.timeLimit(.minutes(2 * Patience.slowness))) struct ConnectionTests {
    private static func streaming(
        _ run:
            @escaping @Sendable (Int, ResponseWriter<TextPart>, CallContext)
            async throws(RPCFailure) -> Void
    ) -> any Method {
        TypedMethod<TextPart, TextPart>(
            LiveServer.path,
            .serverStreaming { (request, writer, context) async throws(RPCFailure) in
                try await run(Int(request.text) ?? 0, writer, context)
            })
    }

    private static let counting = streaming { (count, writer, _) async throws(RPCFailure) in
        for number in 0..<count { try await writer.write(TextPart(text: "\(number)")) }
    }

    /// Writes until it is stopped, and counts what it wrote.
    private static func endless(_ written: Counter, _ ended: Counter) -> any Method {
        streaming { (_, writer, _) async throws(RPCFailure) in
            defer { ended.add() }
            let piece = TextPart(text: String(repeating: "x", count: 1_000))
            while true {
                try await writer.write(piece)
                written.add()
            }
        }
    }

    // A write that made the socket writable again once called back into the flush that was at work,
    // which then sent its buffer a second time.
    @Test func `a stream of 20,000 small messages arrives whole, each once and in order`()
        async throws
    {
        let live = try await LiveServer(Self.counting)
        let client = try await live.connect()
        for _ in 0..<3 {
            let call = try await LiveServer.begin("20000", on: client)
            #expect(try await client.read(call) == (0..<20_000).map { "\($0)" })
        }
        try await live.stop()
    }

    @Test func `streams side by side on many connections arrive whole`() async throws {
        let live = try await LiveServer(Self.counting)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                let client = try await live.connect()
                for _ in 0..<8 {
                    group.addTask {
                        let call = try await LiveServer.begin("3000", on: client)
                        return try await client.read(call) == (0..<3_000).map { "\($0)" }
                    }
                }
            }
            for try await isWhole in group { #expect(isWhole) }
        }
        #expect(live.server.connectionCount == 4)
        try await live.stop()
    }

    @Test func `the peer is who the kernel says`() async throws {
        let live = try await LiveServer(
            Self.streaming { (_, writer, context) async throws(RPCFailure) in
                let peer = context.peer
                try await writer.write(TextPart(text: "\(peer.uid) \(peer.gid) \(peer.pid)"))
            })
        let client = try await live.connect()
        let call = try await LiveServer.begin("", on: client)
        #expect(try await client.read(call) == ["\(getuid()) \(getgid()) \(getpid())"])
        try await live.stop()
    }

    @Test func `who reads nothing at all makes nothing pile up, and ends when it leaves`()
        async throws
    {
        let written = Counter()
        let ended = Counter()
        var settings = ServerSettings()
        settings.slowConsumerTimeout = Patience.stretched(settings.slowConsumerTimeout)
        let live = try await LiveServer(Self.endless(written, ended), settings: settings)
        let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
        RawSocket.write(socket, RawSocket.greedyRequests(20))
        #expect(await LiveServer.eventually { written.value >= 20 * 60 })
        var before = -1
        #expect(
            await LiveServer.eventually {
                defer { before = written.value }
                return written.value == before
            })
        // 64 KiB a stream, one write of the connection and what the kernel holds.
        #expect(written.value < 20 * 66 + 600)
        #expect(ended.value == 0)
        Glibc.close(socket)
        #expect(await LiveServer.eventually { ended.value == 20 })
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    @Test func `closing the server ends the calls that run at both ends`() async throws {
        let ended = Counter()
        let live = try await LiveServer(Self.endless(Counter(), ended))
        let client = try await live.connect()
        let call = try await LiveServer.begin("", on: client)
        #expect(try await client.read(call, atMost: 3).count == 3)
        await live.server.close()
        await #expect(throws: RPCFailure.self) { try await client.read(call) }
        #expect(await LiveServer.eventually { ended.value == 1 })
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        #expect(SocketScratch.connect(try live.scratch.path.description) == nil)
        try await live.stop()
    }

    @Test func `connections that come and go leave none behind`() async throws {
        let live = try await LiveServer(Self.counting)
        for _ in 0..<50 {
            let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
            Glibc.close(socket)
        }
        let client = try await live.connect()
        let call = try await LiveServer.begin("5", on: client)
        #expect(try await client.read(call).count == 5)
        await withTaskExecutorPreference(client.executor) { client.connection.close() }
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    @Test func `what is no HTTP 2 is cut off`() async throws {
        let live = try await LiveServer(Self.counting)
        let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
        RawSocket.write(socket, Array("HELLO, IS ANYBODY THERE? THIS IS NO PREFACE\r\n".utf8))
        #expect(RawSocket.readToEnd(socket) != nil)
        Glibc.close(socket)
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    @Test func `a draining server lets calls end and then closes the connection`() async throws {
        let gate = Counter()
        let live = try await LiveServer(
            Self.streaming { (_, writer, _) async throws(RPCFailure) in
                try await writer.write(TextPart(text: "begun"))
                _ = await LiveServer.eventually { gate.value == 1 }
                try await writer.write(TextPart(text: "done"))
            })
        let client = try await live.connect()
        let call = try await LiveServer.begin("", on: client)
        #expect(try await client.read(call, atMost: 1) == ["begun"])
        live.server.drain()
        gate.add()
        #expect(try await client.read(call) == ["done"])
        #expect(await LiveServer.eventually { live.server.connectionCount == 0 })
        try await live.stop()
    }

    // Closing a socket drops what waits to be written to it.
    @Test func `a connection that is drained is closed only after its last byte`() async throws {
        let ended = Counter()
        var settings = ServerSettings()
        // These clients answer no ping.
        settings.connection.goAwayTimeout = .milliseconds(10)
        let live = try await LiveServer(
            Self.streaming { (_, writer, _) async throws(RPCFailure) in
                try await writer.write(TextPart(text: String(repeating: "x", count: 16_000)))
                ended.add()
            }, settings: settings)
        // Somewhere in between, the kernel takes most and leaves the last of it to us.
        for calls in 4...24 {
            let before = ended.value
            let socket = try #require(SocketScratch.connect(try live.scratch.path.description))
            RawSocket.write(socket, RawSocket.greedyRequests(calls))
            #expect(await LiveServer.eventually { ended.value == before + calls })
            live.server.drain()
            try await live.settle()
            let received = try #require(RawSocket.readToEnd(socket))
            #expect(received > calls * 16_000, "of \(calls) calls")
            Glibc.close(socket)
        }
        try await live.stop()
    }
}

/// Counts across threads.
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
