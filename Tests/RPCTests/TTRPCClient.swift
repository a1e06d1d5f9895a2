import Clocks
import HandFrames
import Messages
import NIOCore
import NIOEmbedded
import Wire

@testable import RPC

/// A server's connection whose client is a test that writes frames of ttrpc by hand.
final class TTRPCClient: ConnectionSink {
    struct Answer: Hashable {
        let stream: UInt32
        let kind: UInt8
        let flags: UInt8
        let body: [UInt8]
    }

    let time = HandWoundTime()
    let loop = EmbeddedEventLoop()
    let server: ServerConnection
    private(set) var failure: ConnectionFailure?
    private var sent = ByteBuffer()

    init(_ methods: [any Method], settings: ServerSettings = ServerSettings()) {
        server = ServerConnection(
            peer: Peer(uid: 1, gid: 1, pid: 1), router: Router(methods), settings: settings,
            executor: LoopExecutor(LoopTurns(loop, time: time)), time: time)
        server.sink = self
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
    }

    /// Sends one frame, by default a request's for the one method of the tests.
    func send(_ stream: UInt32, kind: UInt8 = 1, flags: UInt8 = 0, _ body: [UInt8]) {
        write(bigEndian(UInt32(body.count)) + bigEndian(stream) + [kind, flags] + body)
    }

    func call(_ stream: UInt32, flags: UInt8 = 0, _ text: String?, timeoutNano: Int = 0) {
        let payload = text.map { TextPart(text: $0).encoded() } ?? []
        send(stream, flags: flags, Self.request(payload, timeoutNano: timeoutNano))
    }

    func data(_ stream: UInt32, flags: UInt8 = 0, _ text: String?) {
        send(stream, kind: 3, flags: flags, text.map { TextPart(text: $0).encoded() } ?? [])
    }

    static func request(
        _ payload: [UInt8], method: String = "Call", timeoutNano: Int = 0,
        metadata: [TTRPCKeyValue] = []
    ) -> [UInt8] {
        TTRPCRequest(
            service: "laneway.test.Kinds", method: method, payload: payload,
            timeoutNano: timeoutNano, metadata: metadata
        ).encoded()
    }

    /// The frames that have come since the last time.
    func answers() -> [Answer] {
        loop.run()
        var buffer = ByteBuffer()
        repeat {
            buffer.clear()
            do { try server.fill(&buffer, limit: 65_536) } catch { failure = error }
            sent.writeImmutableBuffer(buffer)
            loop.run()
        } while buffer.readableBytes > 0
        return frames()
    }

    private func frames() -> [Answer] {
        var found: [Answer] = []
        while let length: UInt32 = sent.getInteger(at: sent.readerIndex),
            sent.readableBytes >= 10 + Int(length)
        {
            sent.moveReaderIndex(forwardBy: 4)
            found.append(
                Answer(
                    stream: sent.readInteger() ?? 0, kind: sent.readInteger() ?? 0,
                    flags: sent.readInteger() ?? 0, body: sent.readBytes(length: Int(length)) ?? [])
            )
        }
        return found
    }
}

extension TTRPCClient.Answer {
    /// What a Response says: its status's code, 0 where it has none.
    var code: Int32? { kind == 2 ? (response?.status?.code ?? 0) : nil }

    var message: String? { response?.status?.message }

    /// The text of an answer, in a Response or in data.
    var text: String? {
        let bytes = kind == 2 ? response?.payload ?? [] : body
        return unsafe bytes.withUnsafeBytes { try? unsafe TextPart(decoding: $0).text }
    }

    private var response: TTRPCResponse? {
        unsafe body.withUnsafeBytes { try? unsafe TTRPCResponse(decoding: $0) }
    }
}
