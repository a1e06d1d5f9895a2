internal import CNghttp2
package import NIOCore

/// Who is told what happens on one stream. Called on the session's thread, from inside
/// `HTTP2Session.receive` or `fill`; it may write to the stream, and must not call those two.
package protocol HTTP2StreamOwner: AnyObject {
    /// A response's or a trailer's fields are whole. (A server's request is announced to the
    /// session's delegate instead.)
    func headersArrived(_ headers: borrowing HeaderBlock)
    /// More of the body. The bytes are lent for this call only.
    func dataArrived(_ bytes: RawSpan)
    /// The peer sends nothing more on this stream.
    func endArrived()
    /// What waits to be sent has fallen below the low-water mark again.
    func outboundDrained()
    /// The stream is gone, by its end or by a reset. Called exactly once, and nothing after it.
    func closed(_ code: HTTP2ErrorCode)
}

/// One stream of a session, and what waits to be sent on it. Owned by the session until it closes.
///
/// Confined to the thread of its session.
package final class HTTP2Stream {
    /// What follows the last byte of `outbound`.
    enum Ending {
        /// Nothing yet: more may be written.
        case open
        /// END_STREAM on the last DATA frame.
        case endStream
        case table(HeaderTable)
        case block(HeaderBlock)
    }

    package let id: Int32
    /// Held until the stream closes, which ends the cycle between the two.
    package var owner: (any HTTP2StreamOwner)?
    /// nil once the stream is closed.
    private(set) var session: HTTP2Session?
    private(set) var outbound: ByteBuffer
    private(set) var ending = Ending.open
    /// True while nghttp2 waits to be told that there is data again.
    private var isDeferred = false
    private var isAboveHighWater = false
    fileprivate(set) var headersSent = false
    private(set) var endReceived = false
    /// At the last look for whole answers that wait; nil where it was none then.
    private var sentBytesSeen: Int?
    /// What of the body is still due; nil where its length was not announced.
    var bodyBytesLeft: Int?

    init(id: Int32, session: HTTP2Session, outbound: ByteBuffer) {
        self.id = id
        self.session = session
        self.outbound = outbound
    }

    package var isClosed: Bool { session == nil }
    /// Messages of the body are packed before they are framed. gRPC's own: nothing here reads it.
    package var packsMessages = false
    /// Bytes of body handed to the connection so far.
    package private(set) var sentBytes = 0
    /// The largest header list the peer takes; 0 once the stream is closed.
    package var peerHeaderListBytesMax: Int { session?.peerHeaderListBytesMax ?? 0 }
    /// Bytes written and not yet handed to the connection.
    package var outboundBytes: Int { outbound.readableBytes }
    package var hasSentHeaders: Bool { headersSent }
    package var hasReceivedEnd: Bool { endReceived }
    /// True when a writer should wait for `outboundDrained`.
    package var isSaturated: Bool { isAboveHighWater }

    static let highWaterBytes = 64 * 1_024
    static let lowWaterBytes = 16 * 1_024
}

// MARK: - Sending

extension HTTP2Stream {
    /// Sends the response's fields; a body and an ending follow.
    package func sendHeaders(_ table: HeaderTable) {
        guard let session, !headersSent else { return }
        headersSent = true
        session.submitResponse(self, table.start, table.count, body: true)
    }

    package func sendHeaders(_ block: HeaderBlock, endStream: Bool = false) {
        guard let session, !headersSent else { return }
        headersSent = true
        if endStream { ending = .endStream }
        block.withNameValues { session.submitResponse(self, $0, $1, body: !endStream) }
    }

    /// Appends to the body what `body` writes. Does nothing once the stream is closed or ended.
    package func write(_ body: (inout ByteBuffer) -> Void) {
        guard session != nil, case .open = ending else { return }
        body(&outbound)
        isAboveHighWater = isAboveHighWater || outbound.readableBytes >= Self.highWaterBytes
        resumeIfDeferred()
    }

    /// Ends the body with trailers.
    package func finish(_ trailers: HeaderTable) { finish(.table(trailers)) }
    package func finish(_ trailers: HeaderBlock) { finish(.block(trailers)) }
    /// Ends the body with END_STREAM and no trailers.
    package func finish() { finish(.endStream) }

    private func finish(_ ending: Ending) {
        guard session != nil, case .open = self.ending else { return }
        self.ending = ending
        resumeIfDeferred()
    }

    /// Gives the stream up; the peer sees RST_STREAM with this code.
    package func reset(_ code: HTTP2ErrorCode) {
        session?.submitReset(id, code)
    }

    /// Tells the peer that so many bytes of body were used, so that it may send more.
    package func consumed(_ bytes: Int) {
        guard bytes > 0, !endReceived else { return }
        session?.consumed(bytes, on: id)
    }

    private func resumeIfDeferred() {
        guard isDeferred else { return }
        isDeferred = false
        session?.resume(id)
    }
}

// MARK: - The session's side

extension HTTP2Stream {
    enum Pull {
        case deferred
        /// `last` is true when the ending follows these bytes.
        case bytes(Int, last: Bool)
    }

    /// How much of the body fits into a DATA frame of `limit` bytes.
    func pull(limit: Int) -> Pull {
        let waiting = outbound.readableBytes
        if case .open = ending {
            if waiting > 0 { return .bytes(min(waiting, limit), last: false) }
            isDeferred = true
            return .deferred
        }
        return .bytes(min(waiting, limit), last: waiting <= limit)
    }

    /// Moves the first `count` bytes of the body into the connection's buffer.
    func moveBody(_ count: Int, to buffer: inout ByteBuffer) {
        outbound.withUnsafeReadableBytes {
            _ = buffer.writeBytes(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
        outbound.moveReaderIndex(forwardBy: count)
        sentBytes += count
        dropSentBytes()
        guard isAboveHighWater, outbound.readableBytes < Self.lowWaterBytes else { return }
        isAboveHighWater = false
        owner?.outboundDrained()
    }

    /// A stream that is never quite empty would keep all it ever sent. Moving the rest to the front
    /// only once it is the smaller part costs each byte at most one move.
    private func dropSentBytes() {
        if outbound.readableBytes == 0 {
            outbound.clear()
        } else if outbound.readerIndex >= max(Self.highWaterBytes, outbound.readableBytes) {
            outbound.discardReadBytes()
        }
    }

    /// Whether nothing of a whole answer was taken since this was last asked.
    func hasStalled() -> Bool {
        let before = sentBytesSeen
        if case .open = ending { sentBytesSeen = nil } else { sentBytesSeen = sentBytes }
        return outbound.readableBytes > 0 && before == sentBytes
    }

    func markEndReceived() { endReceived = true }
    func markHeadersSent() { headersSent = true }

    func close(_ code: HTTP2ErrorCode) {
        guard let session = session.take() else { return }
        var spare = ByteBuffer()
        swap(&spare, &outbound)
        session.keep(spare)
        owner?.closed(code)
        owner = nil
    }
}
