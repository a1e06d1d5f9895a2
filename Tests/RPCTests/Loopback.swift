import Clocks
import Messages
import NIOCore
import NIOEmbedded
import Wire

@testable import RPC

/// A client's and a server's connection joined in memory, on one loop and a hand-wound clock:
/// nothing moves but by `run`.
final class Loopback {
    let time: HandWoundTime
    let loop: EmbeddedEventLoop
    let executor: LoopExecutor
    let server: ServerConnection
    let client: ClientConnection
    /// Bytes that went each way.
    private(set) var bytesToServer = 0
    private(set) var bytesToClient = 0
    /// What the server sent last stays on the way while this is set.
    var isClientDeaf = false
    private(set) var isLost = false

    convenience init(
        _ methods: [any Method], settings: ServerSettings = ServerSettings()
    ) throws {
        let (time, loop) = (HandWoundTime(), EmbeddedEventLoop())
        try self.init(
            methods, settings: settings, turns: LoopTurns(loop, time: time), time: time, loop: loop)
    }

    init(
        _ methods: [any Method], settings: ServerSettings = ServerSettings(), turns: LoopTurns,
        time: HandWoundTime, loop: EmbeddedEventLoop
    ) throws {
        self.time = time
        self.loop = loop
        executor = LoopExecutor(turns)
        server = ServerConnection(
            peer: Peer(uid: 7, gid: 8, pid: 9), router: Router(methods), settings: settings,
            executor: executor, time: time)
        client = try ClientConnection(executor: executor, time: time)
        try run()
    }

    deinit {
        // Calls that are open hold their connection.
        server.lost()
        client.lost()
        loop.run()
    }

    /// Moves bytes and runs tasks until nothing moves any more.
    func run() throws {
        var isMoving = true
        loop.run()
        while isMoving {
            let up = isLost ? 0 : try move(from: client, to: server)
            let down = isLost || isClientDeaf ? 0 : try move(from: server, to: client)
            bytesToServer += up
            bytesToClient += down
            loop.run()
            isMoving = up + down > 0
        }
    }

    /// Moves what the server has to say, and only that.
    func runServer() throws {
        loop.run()
        bytesToClient += try move(from: server, to: client)
    }

    /// Lets all that moves come to rest, then winds the clock.
    func advance(by duration: Duration) throws {
        try run()
        time.advance(by: duration)
        try run()
    }

    /// The socket between the two is gone.
    func lose() throws {
        isLost = true
        server.lost()
        client.lost()
        try run()
    }

    func call(
        _ path: String = Kinds.path, metadata: Metadata = Metadata(), timeout: Duration? = nil
    ) throws -> TestCall {
        TestCall(
            try client.call(
                path, metadata: metadata, timeout: timeout, as: (TextPart.self, TextPart.self)),
            executor: executor)
    }

    private func move(from sender: any Connection, to receiver: any Connection) throws -> Int {
        var buffer = ByteBuffer()
        try sender.fill(&buffer, limit: 65_536)
        if buffer.readableBytes > 0 { try receiver.receive(buffer.readableBytesSpan) }
        return buffer.readableBytes
    }
}

/// A call whose messages are texts, read to its end by a task or one at a time by a test.
final class TestCall {
    let call: ClientCall<TextPart, TextPart>
    private let executor: LoopExecutor
    private(set) var texts: [String] = []
    private(set) var result: Result<Void, RPCFailure>?

    init(_ call: ClientCall<TextPart, TextPart>, executor: LoopExecutor) {
        self.call = call
        self.executor = executor
    }

    var failure: RPCFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }

    func send(_ texts: String..., end: Bool = true) -> TestCall {
        for text in texts { call.send(TextPart(text: text)) }
        if end { call.halfClose() }
        return self
    }

    /// Reads so many answers, or all of them and the end.
    @discardableResult
    func read(_ count: Int = .max) -> Task<Void, Never> {
        // Sendable by hand: the loop of the test is the only one that runs the task.
        nonisolated(unsafe) let reader = self
        return Task.immediate(executorPreference: executor) {
            await unsafe reader.readOnLoop(count)
        }
    }

    private func readOnLoop(_ count: Int) async {
        do throws(RPCFailure) {
            for _ in 0..<count {
                guard let message = try await call.next() else {
                    result = .success(())
                    return
                }
                texts.append(message.text)
            }
        } catch {
            result = .failure(error)
        }
    }
}

/// Methods of the four kinds over texts.
enum Kinds {
    static let path = "/laneway.test.Kinds/Call"

    static func unary(
        _ run: @escaping @Sendable (String, CallContext) async throws(RPCFailure) -> String
    ) -> any Method {
        TypedMethod<TextPart, TextPart>(
            path,
            .unary { (request, context) async throws(RPCFailure) in
                TextPart(text: try await run(request.text, context))
            })
    }

    static func serverStreaming(
        _ run:
            @escaping @Sendable (String, ResponseWriter<TextPart>, CallContext)
            async throws(RPCFailure) -> Void
    ) -> any Method {
        TypedMethod<TextPart, TextPart>(
            path,
            .serverStreaming { (request, writer, context) async throws(RPCFailure) in
                try await run(request.text, writer, context)
            })
    }

    static func clientStreaming(
        _ run:
            @escaping @Sendable (RequestReader<TextPart>, CallContext)
            async throws(RPCFailure) -> String
    ) -> any Method {
        TypedMethod<TextPart, TextPart>(
            path,
            .clientStreaming { (reader, context) async throws(RPCFailure) in
                TextPart(text: try await run(reader, context))
            })
    }

    static func bidirectional(
        _ run:
            @escaping @Sendable (RequestReader<TextPart>, ResponseWriter<TextPart>, CallContext)
            async throws(RPCFailure) -> Void
    ) -> any Method {
        TypedMethod<TextPart, TextPart>(path, .bidirectional(run))
    }

    static let echo = bidirectional { (reader, writer, _) async throws(RPCFailure) in
        while let request = try await reader.next() { try await writer.write(request) }
    }
}
