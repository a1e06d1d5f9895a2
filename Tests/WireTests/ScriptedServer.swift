import NIOCore
import Testing

@testable import Wire

/// A server session that writes down what happens to it, and does with each request what a test
/// says.
final class ScriptedServer: HTTP2SessionDelegate {
    let session: HTTP2Session
    /// What was seen, in order. Pieces of one stream's body that follow each other are one event.
    private(set) var events: [String] = []
    private(set) var streams: [Int32: HTTP2Stream] = [:]
    private(set) var failure: ConnectionFailure?
    /// What was sent, in order.
    private(set) var sent: [UInt8] = []
    var onRequest: (HTTP2Stream) -> Void = { _ in }
    var onEnd: (HTTP2Stream) -> Void = { _ in }
    /// Gives back each stream's window as soon as its body arrives.
    var isConsuming = true

    init(_ settings: HTTP2Settings = HTTP2Settings()) throws {
        session = try HTTP2Session(role: .server, settings: settings)
        session.delegate = self
        _ = try fill()
    }

    deinit {
        // What is open holds its owner, and the owner the stream.
        session.connectionLost()
    }

    /// Takes bytes as the socket's handler does: in, then all that is to be sent out.
    func receive(_ bytes: some Sequence<UInt8>) {
        guard failure == nil else { return }
        do throws(ConnectionFailure) {
            try unsafe session.receive(Array(bytes).span.bytes)
        } catch {
            failure = error
        }
        do throws(ConnectionFailure) {
            try fill()
        } catch {
            failure = failure ?? error
        }
    }

    @discardableResult
    func fill(limit: Int = .max) throws(ConnectionFailure) -> [UInt8] {
        var buffer = ByteBuffer()
        try session.fill(&buffer, limit: limit)
        let bytes = Array(buffer.readableBytesView)
        sent += bytes
        return bytes
    }

    /// The frames sent since the last time, as a reader would name them.
    func takeFrames() -> [SentFrame] {
        defer { sent = [] }
        return SentFrame.all(in: sent)
    }

    func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream) {
        note("request \(stream.id) \(headers.text(":path") ?? "-") \(headers.count) fields")
        streams[stream.id] = stream
        stream.owner = Owner(self, stream)
        onRequest(stream)
    }

    func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode) {
        note("goaway \(lastStream) \(code.rawValue)")
    }

    private func note(_ event: String) { events.append(event) }

    private func noteData(_ bytes: [UInt8], on id: Int32) {
        let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        if let last = events.last, last.hasPrefix("data \(id) ") {
            events[events.count - 1] = last + text
        } else {
            note("data \(id) " + text)
        }
    }

    private final class Owner: HTTP2StreamOwner {
        private weak var server: ScriptedServer?
        private let stream: HTTP2Stream

        init(_ server: ScriptedServer, _ stream: HTTP2Stream) {
            self.server = server
            self.stream = stream
        }

        func headersArrived(_ headers: borrowing HeaderBlock) {
            server?.note("trailers \(stream.id) \(headers.count) fields")
        }

        func dataArrived(_ bytes: RawSpan) {
            let copy = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
            server?.noteData(copy, on: stream.id)
            if server?.isConsuming == true { stream.consumed(bytes.byteCount) }
        }

        func endArrived() {
            server?.note("end \(stream.id)")
            server?.onEnd(stream)
        }

        func outboundDrained() { server?.note("drained \(stream.id)") }
        func closed(_ code: HTTP2ErrorCode) { server?.note("closed \(stream.id) \(code.rawValue)") }
    }
}

/// A frame the session sent.
struct SentFrame: Equatable, CustomStringConvertible {
    enum Kind: UInt8 {
        case data, headers, priority, rstStream, settings, pushPromise, ping, goAway, windowUpdate
        case continuation
    }

    var kind: Kind
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    var endsStream: Bool { (kind == .data || kind == .headers) && flags & 1 != 0 }
    /// The code of RST_STREAM or GOAWAY.
    var code: UInt32? {
        switch kind {
        case .rstStream: number(payload[0..<4])
        case .goAway: number(payload[4..<8])
        default: nil
        }
    }

    var description: String {
        let end = endsStream ? " END" : ""
        return "\(kind) \(stream) \(payload.count)\(end)" + (code.map { " code \($0)" } ?? "")
    }

    static func all(in bytes: [UInt8]) -> [SentFrame] {
        var rest = bytes[...]
        var frames: [SentFrame] = []
        while rest.count >= 9 {
            let start = rest.startIndex
            let length = Int(number(rest[start..<start + 3]))
            guard let kind = Kind(rawValue: rest[start + 3]) else { break }
            let end = start + 9 + length
            frames.append(
                SentFrame(
                    kind: kind, flags: rest[start + 4], stream: number(rest[start + 5..<start + 9]),
                    payload: Array(rest[start + 9..<end])))
            rest = rest[end...]
        }
        return frames
    }
}

private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
}
