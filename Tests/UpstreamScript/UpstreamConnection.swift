import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One accepted connection: what has come in, and the script that is played on it.
final class UpstreamConnection: Sendable {
    let channel: any Channel
    let closed = Gate()
    private let inbox = Mutex(Inbox())

    fileprivate struct Inbox {
        var bytes: [UInt8] = []
        var ended = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    init(_ channel: any Channel) {
        self.channel = channel
    }

    func received(_ bytes: [UInt8]) {
        wake { $0.bytes += bytes }
    }

    func ended() {
        wake { $0.ended = true }
        closed.open()
    }

    /// Plays the script to its end, or until the connection is gone.
    func play(_ script: [UpstreamStep], record: UpstreamRecord) async {
        for step in script {
            do { try await play(step, record: record) } catch { return }
        }
    }

    private func play(_ step: UpstreamStep, record: UpstreamRecord) async throws {
        switch step {
        case .expectRequest: record.note(try await request())
        case .send(let bytes): try await write(bytes[...])
        case .sendSplit(let bytes, let every):
            for start in stride(from: 0, to: bytes.count, by: every) {
                try await write(bytes[start..<min(start + every, bytes.count)])
            }
        case .open(let gate): gate.open()
        case .wait(let gate): await gate.wait()
        case .waitForClose: await closed.wait()
        case .close: try await channel.close().get()
        case .reset: try await reset()
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    private func reset() async throws {
        // Closing with a linger time of nothing is what makes the kernel send a reset.
        if let options = channel as? any SocketOptionProvider {
            try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await channel.close().get()
    }

    // MARK: Reading

    private func request() async throws -> UpstreamRequest {
        while true {
            let (request, ended) = inbox.withLock { ($0.takeRequest(), $0.ended) }
            if let request { return request }
            if ended { throw ChannelError.eof }
            await more()
        }
    }

    private func more() async {
        await withCheckedContinuation { continuation in
            let isLate = inbox.withLock { inbox in
                // What came since the last look may be all that is to come.
                if inbox.ended || inbox.isComplete { return true }
                inbox.waiter = continuation
                return false
            }
            if isLate { continuation.resume() }
        }
    }

    private func wake(_ change: (inout Inbox) -> Void) {
        let waiter = inbox.withLock { inbox in
            change(&inbox)
            return inbox.waiter.take()
        }
        waiter?.resume()
    }
}

extension UpstreamConnection.Inbox {
    /// Where the body begins and ends, once all of the request is there.
    private var bounds: (body: Int, end: Int, head: [Substring])? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let blank = text.utf8.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        let body = text.utf8.distance(from: text.startIndex, to: blank.upperBound)
        let head = text[..<blank.lowerBound].split(separator: "\r\n")
        let length = head.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
        let end = body + (length ?? 0)
        return bytes.count < end ? nil : (body, end, head)
    }

    fileprivate var isComplete: Bool { bounds != nil }

    fileprivate mutating func takeRequest() -> UpstreamRequest? {
        guard let (body, end, head) = bounds else { return nil }
        var headers: [String: String] = [:]
        for field in head.dropFirst() {
            guard let colon = field.firstIndex(of: ":") else { continue }
            let value = field[field.index(after: colon)...].drop { $0 == " " }
            headers[field[..<colon].lowercased()] = String(value)
        }
        let request = UpstreamRequest(
            line: String(head.first ?? ""), headers: headers,
            bytes: Array(bytes[body..<end]))
        bytes.removeFirst(end)
        return request
    }
}

/// Passes what happens on the channel to its connection.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: UpstreamConnection
    private let record: UpstreamRecord

    init(_ connection: UpstreamConnection, record: UpstreamRecord) {
        self.connection = connection
        self.record = record
    }

    func channelActive(context: ChannelHandlerContext) {
        let script = record.accept(connection)
        let (connection, record) = (connection, record)
        Task { await connection.play(script, record: record) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.received(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
