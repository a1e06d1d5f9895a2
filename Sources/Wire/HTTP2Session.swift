internal import CNghttp2
package import NIOCore

/// Who is told what happens to a session as a whole. The same rules as for `HTTP2StreamOwner`.
package protocol HTTP2SessionDelegate: AnyObject {
    /// A request's fields are whole (servers only). Set the stream's owner here.
    func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream)
    /// The peer takes no streams after this one.
    func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode)
}

/// One HTTP/2 connection without its socket: bytes in, events to the delegate and the streams'
/// owners, bytes out. nghttp2 does the protocol; this owns its session and frees it.
///
/// Confined to one thread: that of the connection's event loop.
package final class HTTP2Session {
    package enum Role: Sendable {
        case server, client
    }

    private let role: Role
    private let settings: HTTP2Settings
    private let handle: OpaquePointer
    package weak var delegate: (any HTTP2SessionDelegate)?
    private var streams: [Int32: HTTP2Stream] = [:]
    /// The header block that is arriving.
    private var arriving = HeaderBlock()
    /// What `fill` is filling.
    private var output = ByteBuffer()
    /// When `fill` has enough.
    private var outputBytesMax = 0
    private let allocator = ByteBufferAllocator()
    private var isRefusing = false

    package init(role: Role, settings: HTTP2Settings = HTTP2Settings())
        throws(HTTP2ConnectionFailure)
    {
        self.role = role
        self.settings = settings
        var made: OpaquePointer?
        let code = HTTP2Callbacks.newSession(role, &made)
        guard code == 0, let made else { throw HTTP2ConnectionFailure(nghttp2: code) }
        handle = made
        nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque())
        try start()
    }

    deinit {
        nghttp2_session_del(handle)
    }

    private func start() throws(HTTP2ConnectionFailure) {
        var entries = [
            nghttp2_settings_entry(
                NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindowBytes),
            nghttp2_settings_entry(
                NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.headerListBytesMax),
            nghttp2_settings_entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
        switch role {
        case .server:
            entries.append(
                nghttp2_settings_entry(
                    NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.concurrentStreamsMax))
        case .client:
            entries.append(nghttp2_settings_entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
        }
        let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        try check(nghttp2_submit_settings(handle, flags, entries, entries.count))
        try check(
            nghttp2_session_set_local_window_size(
                handle, flags, 0, Int32(settings.connectionWindowBytes)))
    }

    private func check(_ code: Int32) throws(HTTP2ConnectionFailure) {
        if code != 0 { throw HTTP2ConnectionFailure(nghttp2: code) }
    }
}

// MARK: - Bytes

extension HTTP2Session {
    /// Takes what the peer sent. After a throw the connection is to be closed once what `fill`
    /// still gives (a GOAWAY that says why) is written.
    package func receive(_ bytes: RawSpan) throws(HTTP2ConnectionFailure) {
        let taken = bytes.withUnsafeBytes {
            nghttp2_session_mem_recv(
                handle, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
        }
        if taken < 0 { throw HTTP2ConnectionFailure(nghttp2: Int32(taken)) }
    }

    /// Appends what is to be sent, and stops soon after `limit` bytes.
    package func fill(
        _ buffer: inout ByteBuffer, limit: Int
    ) throws(HTTP2ConnectionFailure) {
        // The send-data callback writes to `output` as well, so the buffer moves in and out.
        swap(&output, &buffer)
        defer { swap(&output, &buffer) }
        outputBytesMax = limit
        while output.readableBytes < limit {
            var start: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(handle, &start)
            if count < 0 { throw HTTP2ConnectionFailure(nghttp2: Int32(count)) }
            if count == 0 { return }
            output.writeBytes(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    /// True when there is something for `fill` to give.
    package var wantsToSend: Bool { nghttp2_session_want_write(handle) != 0 }

    /// True when nothing more is to be read or written: close the connection.
    package var isFinished: Bool {
        nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0
    }

    package var openStreams: Int { streams.count }

    /// The largest header list the peer takes, as its SETTINGS say.
    package var peerHeaderListBytesMax: Int {
        Int(nghttp2_session_get_remote_settings(handle, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE))
    }
}

// MARK: - The connection's life

extension HTTP2Session {
    /// Tells the peer to open no new streams; those open go on (RFC 9113, section 6.8). Streams
    /// that cross it on the way are refused, which tells the client that no work began.
    package func goAway() {
        isRefusing = true
        let last = nghttp2_session_get_last_proc_stream_id(handle)
        _ = nghttp2_submit_goaway(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, HTTP2ErrorCode.noError.rawValue, nil, 0
        )
    }

    /// Ends the connection with this code once what is queued has gone out.
    package func terminate(_ code: HTTP2ErrorCode) {
        _ = nghttp2_session_terminate_session(handle, code.rawValue)
    }

    /// The socket is gone: closes every stream.
    package func connectionLost() {
        let lost = streams.values
        streams = [:]
        for stream in lost { stream.close(.cancel) }
    }

    /// Opens a stream with a request (clients only).
    package func request(
        _ headers: HeaderBlock, owner: any HTTP2StreamOwner
    ) throws(HTTP2ConnectionFailure) -> HTTP2Stream {
        // The stream's id is known only after nghttp2 has taken the request, and it may pull from
        // the body only in `fill`, so the pull finds the stream by its id.
        var provider = HTTP2Callbacks.bodyProvider
        let id = headers.withNameValues {
            nghttp2_submit_request(handle, nil, $0, $1, &provider, nil)
        }
        if id < 0 { throw HTTP2ConnectionFailure(nghttp2: id) }
        let stream = HTTP2Stream(id: id, session: self, outbound: ByteBuffer())
        stream.owner = owner
        stream.markHeadersSent()
        streams[id] = stream
        return stream
    }
}

// MARK: - For the streams

extension HTTP2Session {
    func submitResponse(
        _ stream: HTTP2Stream, _ fields: UnsafeMutablePointer<nghttp2_nv>?, _ count: Int,
        body: Bool
    ) {
        var provider = HTTP2Callbacks.bodyProvider
        _ = withUnsafePointer(to: &provider) {
            nghttp2_submit_response(handle, stream.id, fields, count, body ? $0 : nil)
        }
    }

    func submitReset(_ id: Int32, _ code: HTTP2ErrorCode) {
        _ = nghttp2_submit_rst_stream(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
    }

    func resume(_ id: Int32) {
        _ = nghttp2_session_resume_data(handle, id)
    }

    func consumed(_ bytes: Int, on id: Int32) {
        _ = nghttp2_session_consume_stream(handle, id, bytes)
    }
}

// MARK: - Called back by nghttp2

extension HTTP2Session {
    func headersBegan(_ frame: nghttp2_frame) -> Int32 {
        arriving.reset()
        guard role == .server, frame.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
        let id = frame.hd.stream_id
        if isRefusing {
            submitReset(id, .refusedStream)
            return 0
        }
        streams[id] = HTTP2Stream(id: id, session: self, outbound: ByteBuffer())
        return 0
    }

    func headerArrived(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        let isFull =
            arriving.listSize > settings.headerListBytesMax
            || arriving.count > settings.headerFieldsMax
        if isFull {
            arriving.count(nameBytes: name.count, valueBytes: value.count)
        } else {
            arriving.append(name: name, value: value)
        }
    }

    func frameArrived(_ frame: nghttp2_frame) {
        switch UInt32(frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue: headersEnded(frame)
        case NGHTTP2_DATA.rawValue: endIfFlagged(frame)
        case NGHTTP2_GOAWAY.rawValue:
            delegate?.goAwayArrived(
                lastStream: frame.goaway.last_stream_id,
                code: HTTP2ErrorCode(rawValue: frame.goaway.error_code))
        default: break  // nghttp2 answers the others by itself.
        }
    }

    private func headersEnded(_ frame: nghttp2_frame) {
        guard let stream = streams[frame.hd.stream_id] else { return }
        if role == .server, frame.headers.cat == NGHTTP2_HCAT_REQUEST {
            delegate?.requestArrived(arriving, on: stream)
        } else {
            stream.owner?.headersArrived(arriving)
        }
        endIfFlagged(frame)
    }

    private func endIfFlagged(_ frame: nghttp2_frame) {
        guard UInt32(frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0,
            let stream = streams[frame.hd.stream_id]
        else { return }
        stream.markEndReceived()
        stream.owner?.endArrived()
    }

    func dataArrived(_ bytes: UnsafeRawBufferPointer, on id: Int32) {
        // The connection's window never waits for a slow stream: its own window holds that back.
        _ = nghttp2_session_consume_connection(handle, bytes.count)
        guard let owner = streams[id]?.owner else {
            consumed(bytes.count, on: id)
            return
        }
        owner.dataArrived(bytes.bytes)
    }

    func streamClosed(_ id: Int32, _ code: UInt32) {
        streams.removeValue(forKey: id)?.close(HTTP2ErrorCode(rawValue: code))
    }

    /// An answer that is whole before the request was: tell the client to stop sending
    /// (RFC 9113, section 8.1).
    func frameSent(_ frame: nghttp2_frame) {
        guard role == .server, UInt32(frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0,
            let stream = streams[frame.hd.stream_id], !stream.hasReceivedEnd
        else { return }
        submitReset(stream.id, .noError)
    }

    /// What of a stream's body goes into a DATA frame of at most `limit` bytes.
    func pullBody(_ id: Int32, limit: Int, _ flags: inout UInt32) -> Int {
        guard let stream = streams[id] else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        guard case .bytes(let count, let last) = stream.pull(limit: limit) else {
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        if count > 0 { flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue }
        if last { endBody(of: stream, &flags) }
        return count
    }

    private func endBody(of stream: HTTP2Stream, _ flags: inout UInt32) {
        flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        switch stream.ending {
        case .open, .endStream: return
        case .table(let table):
            _ = nghttp2_submit_trailer(handle, stream.id, table.start, table.count)
        case .block(let block):
            _ = block.withNameValues { nghttp2_submit_trailer(handle, stream.id, $0, $1) }
        }
        flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
    }

    /// nghttp2 sends one DATA frame after the other without coming back to `fill`; it stops here, and
    /// begins with this very frame the next time.
    func sendBody(_ id: Int32, frameHeader: UnsafePointer<UInt8>, count: Int) -> Int32 {
        if output.readableBytes >= outputBytesMax { return NGHTTP2_ERR_WOULDBLOCK.rawValue }
        output.writeBytes(UnsafeRawBufferPointer(start: frameHeader, count: 9))
        streams[id]?.moveBody(count, to: &output)
        return 0
    }
}

extension HTTP2ConnectionFailure {
    init(nghttp2 code: Int32) {
        self.init(
            code: Int(code), description: "HTTP/2: \(String(cString: nghttp2_strerror(code)))")
    }
}

extension nghttp2_settings_entry {
    fileprivate init(_ id: nghttp2_settings_id, _ value: Int) {
        self.init(settings_id: Int32(id.rawValue), value: UInt32(value))
    }
}
