import Clocks
import HandFrames
import NIOCore
import NIOEmbedded
import Wire

@testable import RPC

/// A server's connection whose client is a test that writes bytes by hand and reads the answers
/// with a session of ours.
final class RawClient: ConnectionSink {
    let time = HandWoundTime()
    let loop = EmbeddedEventLoop()
    let server: ServerConnection
    private(set) var failure: ConnectionFailure?
    /// All the server sent.
    private var sent: [UInt8] = []

    /// - Parameter opening: the preface, one SETTINGS of the client's, and its ACK of the server's.
    init(
        _ methods: [any Method], settings: ServerSettings = ServerSettings(),
        opening: [UInt8] = Frames.opening
    ) throws {
        server = ServerConnection(
            peer: Peer(uid: 1, gid: 1, pid: 1), router: Router(methods), settings: settings,
            executor: LoopExecutor(LoopTurns(loop, time: time)), time: time)
        server.sink = self
        write(opening)
    }

    deinit {
        // Calls that are open hold their connection.
        server.lost()
        loop.run()
    }

    func flushSoon() {}

    func write(_ bytes: [UInt8]) {
        do throws(ConnectionFailure) {
            try unsafe server.receive(bytes.span.bytes)
        } catch {
            failure = error
        }
        loop.run()
        fill()
    }

    /// Winds the clock, and takes what the server then has to say.
    func wind(_ duration: Duration) {
        time.advance(by: duration)
        loop.run()
        fill()
    }

    private func fill() {
        do throws(ConnectionFailure) {
            var isMore = true
            while isMore {
                var buffer = ByteBuffer()
                try server.fill(&buffer, limit: .max)
                sent += buffer.readableBytesView
                isMore = buffer.readableBytes > 0
            }
        } catch {
            failure = failure ?? error
        }
    }

    /// The answers to streams 1, 3 and so on, read by a client's session. It has to open the
    /// streams first: what it would send for that goes nowhere.
    func answers(_ count: Int) throws -> [RawAnswer] {
        let session = try HTTP2Session(role: .client)
        defer { session.connectionLost() }
        var block = HeaderBlock()
        for (name, value) in [
            (":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "x"),
        ] {
            block.append(name: name, value: value)
        }
        let answers = try (0..<count).map { _ in
            let answer = RawAnswer()
            answer.stream = try session.request(block, owner: answer)
            return answer
        }
        var nowhere = ByteBuffer()
        try session.fill(&nowhere, limit: .max)
        let bytes = sent
        try unsafe session.receive(bytes.span.bytes)
        return answers
    }

    /// The answer to the one request that was made, on stream 1.
    func answer() throws -> RawAnswer { try answers(1)[0] }
}

/// What came back on one stream.
final class RawAnswer: HTTP2StreamOwner {
    fileprivate(set) var stream: HTTP2Stream?
    /// Every field of headers and trailers, in order.
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var headerBlocks = 0
    private(set) var body: [UInt8] = []
    private(set) var hasEnded = false

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    func headersArrived(_ headers: borrowing HeaderBlock) {
        headerBlocks += 1
        for index in 0..<headers.count {
            fields.append(
                (
                    String(decoding: headers.name(at: index), as: UTF8.self),
                    String(decoding: headers.value(at: index), as: UTF8.self)
                ))
        }
    }

    func dataArrived(_ bytes: RawSpan) {
        body += unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        stream?.consumed(bytes.byteCount)
    }

    func endArrived() { hasEnded = true }
    func outboundDrained() {}
    func closed(_ code: HTTP2ErrorCode) {}
}
