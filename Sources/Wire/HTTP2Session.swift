internal import CNghttp2
package import NIOCore

/// Who is told what happens to a session as a whole. The same rules as for `HTTP2StreamOwner`.
package protocol HTTP2SessionDelegate: AnyObject {
    /// A request's fields are whole (servers only). Set the stream's owner here.
    func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream)
    /// The peer takes no streams after this one.
    func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode)
    /// The peer asks for a sign of life; it has been given one.
    func pingArrived()
    /// The peer has answered a ping of ours.
    func pingAnswered()
}

/// One HTTP/2 connection without its socket: bytes in, events to the delegate and the streams'
/// owners, bytes out. nghttp2 does the protocol; this owns its session and frees it.
///
/// Confined to one thread: that of the connection's event loop.
package final class HTTP2Session {
    package enum Role: Sendable {
        case server, client
    }

    let role: Role
    let settings: HTTP2Settings
    let handle: OpaquePointer
    private let memory: SessionMemory
    package weak var delegate: (any HTTP2SessionDelegate)?
    var streams: [Int32: HTTP2Stream] = [:]
    /// One of them, looked up last.
    var recent: HTTP2Stream?
    /// The header block that is arriving.
    var arriving = HeaderBlock()
    /// Header blocks that have begun so far.
    var headerBlocks = 0
    var isInHeaderBlock = false
    /// The peer's preface and first SETTINGS have come.
    package internal(set) var hasPeerSettings = false
    /// What `fill` is filling.
    var output = ByteBuffer()
    /// When `fill` has enough.
    var outputBytesMax = 0
    /// Of streams that are closed, for the next ones.
    var spares: [ByteBuffer] = []
    var isRefusing = false
    var closedStreams: ClosedStreams
    private var abuse = AbuseGuard()
    /// Why the connection is being ended; nil while it goes on.
    private var ending: ConnectionFailure?
    /// nghttp2 found no memory. From then on its session may only be freed (NGHTTP2_ERR_FATAL in its
    /// manual): nothing more is read or written, and whose streams are open is told by
    /// `connectionLost`.
    private(set) var isBroken = false

    package init(role: Role, settings: HTTP2Settings = HTTP2Settings())
        throws(ConnectionFailure)
    {
        self.role = role
        self.settings = settings
        closedStreams = ClosedStreams(resetsMax: settings.concurrentStreamsMax)
        var made: OpaquePointer?
        memory = SessionMemory(settings.memoryTrial)
        let code = HTTP2Callbacks.newSession(role, memory, &made)
        guard code == 0, let made else { throw ConnectionFailure(nghttp2: code) }
        handle = made
        nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque())
        try start()
    }

    deinit {
        // A session that is broken may not even be freed: its memory is given back instead.
        if !isBroken { nghttp2_session_del(handle) }
    }

    private func start() throws(ConnectionFailure) {
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

    private func check(_ code: Int32) throws(ConnectionFailure) {
        if code == 0 { return }
        breakDown(code)
        throw ConnectionFailure(nghttp2: code)
    }
}

// MARK: - Bytes

extension HTTP2Session {
    /// Takes what the peer sent. After a throw the connection is to be closed once what `fill`
    /// still gives (a GOAWAY that says why) is written.
    package func receive(_ bytes: RawSpan) throws(ConnectionFailure) {
        if let ending { throw ending }
        let taken = bytes.withUnsafeBytes {
            nghttp2_session_mem_recv(
                handle, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
        }
        // Where we have ended it ourselves, it was us who told nghttp2 to stop.
        if taken < 0, ending == nil { endAfter(nghttp2: Int32(taken)) }
        if nghttp2_session_get_outbound_queue_size(handle) > settings.outboundFramesMax {
            end(.enhanceYourCalm, "\(settings.outboundFramesMax) frames wait for the peer to read")
        }
        if let ending { throw ending }
    }

    /// nghttp2 gives up without a word to the peer; which of its rules was broken is ours to say.
    private func endAfter(nghttp2 code: Int32) {
        let reason = String(cString: nghttp2_strerror(code))
        switch code {
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue: end(.protocolError, reason)
        case NGHTTP2_ERR_NOMEM.rawValue, NGHTTP2_ERR_CALLBACK_FAILURE.rawValue: breakDown(code)
        default: end(.enhanceYourCalm, reason)  // floods of ACKs, of CONTINUATION
        }
    }

    /// Hands something to nghttp2. That fails for good reasons, as where a stream is closed already;
    /// only where there is no memory for it the connection ends, since its peer would wait for ever.
    func ask(_ work: (OpaquePointer) -> CInt) {
        if isBroken { return }
        let code = work(handle)
        if code == NGHTTP2_ERR_NOMEM.rawValue { breakDown(code) }
    }

    private func breakDown(_ code: CInt) {
        isBroken = true
        ending = ending ?? ConnectionFailure(nghttp2: code)
    }

    /// What a callback says to nghttp2: whether to go on.
    var verdict: CInt { isBroken ? NGHTTP2_ERR_CALLBACK_FAILURE.rawValue : 0 }

    /// Begins to count anew what the peer asks for: to be called every ten seconds or so.
    package func periodBegan() { abuse.periodBegan() }

    /// What the peer sends is better taken slowly.
    package var isSuspect: Bool { abuse.isSuspect }

    func saw(_ event: AbuseGuard.Event) {
        if let reason = abuse.saw(event) { end(.enhanceYourCalm, reason) }
    }

    /// Ends the connection: the peer is told the code and the reason, as far as it still reads.
    package func end(_ code: HTTP2ErrorCode, _ reason: String) {
        if ending != nil { return }
        ending = ConnectionFailure("HTTP/2: \(reason)")
        let words = Array(reason.utf8)
        ask {
            nghttp2_submit_goaway(
                $0, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id($0),
                code.rawValue, words, words.count)
        }
    }

    /// Nothing more of what the peer sends is looked at.
    var isEnding: Bool { ending != nil }

    /// Appends what is to be sent, and stops soon after `limit` bytes.
    package func fill(
        _ buffer: inout ByteBuffer, limit: Int
    ) throws(ConnectionFailure) {
        // The send-data callback writes to `output` as well, so the buffer moves in and out.
        swap(&output, &buffer)
        defer { swap(&output, &buffer) }
        outputBytesMax = limit
        while output.readableBytes < limit {
            if let ending, isBroken { throw ending }
            var start: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(handle, &start)
            if count < 0 {
                breakDown(CInt(count))
                continue
            }
            if count == 0 { return }
            output.writeBytes(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    /// True when there is something for `fill` to give.
    package var wantsToSend: Bool { !isBroken && nghttp2_session_want_write(handle) != 0 }

    /// True when nothing more is to be read or written: close the connection.
    package var isFinished: Bool {
        isBroken || nghttp2_session_want_read(handle) == 0 && !wantsToSend
    }

    package var openStreams: Int { streams.count }

    /// The number of the header block that has begun and not ended; nil when none is open.
    package var openHeaderBlock: Int? { isInHeaderBlock ? headerBlocks : nil }

    /// Resets the streams whose answer is whole and of which the peer has taken nothing since this was
    /// last called: what waits for them is memory that nobody may want.
    package func resetStalled() {
        for stream in streams.values where stream.hasStalled() { stream.reset(.enhanceYourCalm) }
    }

    /// Gives back memory that was kept for the next streams.
    package func forgetSpares() { spares = [] }

    /// Every open stream's owner.
    package var owners: [any HTTP2StreamOwner] { streams.values.compactMap(\.owner) }

    /// The largest header list the peer takes, as its SETTINGS say.
    package var peerHeaderListBytesMax: Int {
        Int(nghttp2_session_get_remote_settings(handle, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE))
    }
}

// MARK: - The connection's life

extension HTTP2Session {
    /// Tells the peer that it should open no new streams; those that are on their way are taken
    /// (RFC 9113, section 6.8). The answer to the ping says that the peer has seen it.
    package func announceGoAway() {
        ask { nghttp2_submit_shutdown_notice($0) }
        ping()
    }

    /// Asks the peer for a sign of life: `HTTP2SessionDelegate.pingAnswered`.
    package func ping() {
        ask { nghttp2_submit_ping($0, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }
    }

    /// Takes no new streams; those open go on (RFC 9113, section 6.8). Streams that cross it on the
    /// way are refused, which tells the client that no work began.
    package func goAway() {
        isRefusing = true
        ask {
            nghttp2_submit_goaway(
                $0, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id($0),
                HTTP2ErrorCode.noError.rawValue, nil, 0)
        }
    }

    /// Ends the connection with this code once what is queued has gone out.
    package func terminate(_ code: HTTP2ErrorCode) {
        ask { nghttp2_session_terminate_session($0, code.rawValue) }
    }

    /// The socket is gone: closes every stream.
    package func connectionLost() {
        let lost = streams.values
        (streams, recent) = ([:], nil)
        for stream in lost { stream.close(.cancel) }
    }

    /// Opens a stream with a request (clients only).
    package func request(
        _ headers: HeaderBlock, owner: any HTTP2StreamOwner
    ) throws(ConnectionFailure) -> HTTP2Stream {
        // The stream's id is known only after nghttp2 has taken the request, and it may pull from
        // the body only in `fill`, so the pull finds the stream by its id.
        var provider = HTTP2Callbacks.bodyProvider
        var id = NGHTTP2_ERR_NOMEM.rawValue
        ask { session in
            id = headers.withNameValues {
                nghttp2_submit_request(session, nil, $0, $1, &provider, nil)
            }
            return id
        }
        if id < 0 { throw ConnectionFailure(nghttp2: id) }
        let stream = HTTP2Stream(id: id, session: self, outbound: ByteBuffer())
        stream.owner = owner
        stream.markHeadersSent()
        streams[id] = stream
        return stream
    }
}

// MARK: - For the streams

extension HTTP2Session {
    private static var sparesMax: Int { 32 }
    private static var spareBytesMax: Int { 2_048 }

    /// Keeps what a closed stream wrote in, where it is small.
    func keep(_ spare: consuming ByteBuffer) {
        guard spares.count < Self.sparesMax, spare.capacity > 0,
            spare.capacity <= Self.spareBytesMax
        else { return }
        spare.clear()
        spares.append(spare)
    }

    func submitResponse(
        _ stream: HTTP2Stream, _ fields: UnsafeMutablePointer<nghttp2_nv>?, _ count: Int,
        body: Bool
    ) {
        var provider = HTTP2Callbacks.bodyProvider
        ask { session in
            withUnsafePointer(to: &provider) {
                nghttp2_submit_response(session, stream.id, fields, count, body ? $0 : nil)
            }
        }
    }

    func submitReset(_ id: Int32, _ code: HTTP2ErrorCode) {
        closedStreams.weReset(id)
        ask {
            nghttp2_submit_rst_stream($0, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
        }
    }

    func resume(_ id: Int32) {
        ask { nghttp2_session_resume_data($0, id) }
    }

    func consumed(_ bytes: Int, on id: Int32) {
        ask { nghttp2_session_consume_stream($0, id, bytes) }
    }
}

extension ConnectionFailure {
    init(nghttp2 code: Int32) {
        self.init("HTTP/2: \(String(cString: nghttp2_strerror(code)))")
    }
}

extension nghttp2_settings_entry {
    fileprivate init(_ id: nghttp2_settings_id, _ value: Int) {
        self.init(settings_id: Int32(id.rawValue), value: UInt32(value))
    }
}
