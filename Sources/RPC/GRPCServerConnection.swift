internal import Clocks
internal import NIOCore
internal import Wire

/// One client's connection that speaks gRPC: its HTTP/2 session and its calls.
final class GRPCServerConnection: WireConnection, HTTP2SessionDelegate {
    let server: ServerSide
    private let session: HTTP2Session
    weak var sink: (any ConnectionSink)?
    /// True inside `receive`, whose caller fills afterwards anyway.
    private var isReceiving = false
    private var life: ConnectionLife
    private var draining = Drain.none
    private var lifeAlarm: AlarmID?
    /// Rings while calls are open, to find those that nobody reads or that never begin.
    private var sweepAlarm: AlarmID?
    private var failure: ConnectionFailure?

    private enum Drain {
        case none
        /// The peer was told; calls on their way are taken. Goes to refusing.
        case announced(AlarmID)
        case refusing
    }

    init(_ server: ServerSide) throws(ConnectionFailure) {
        self.server = server
        life = ConnectionLife(server.settings.connection, at: server.time.now)
        session = try HTTP2Session(role: .server, settings: server.settings.http2)
        session.delegate = self
        armLife()
    }

    private var settings: ServerSettings { server.settings }
    private var time: any TimeSource { server.time }

    func receive(_ bytes: RawSpan) throws(ConnectionFailure) {
        isReceiving = true
        defer { isReceiving = false }
        if life.heard(at: time.now) { session.periodBegan() }
        try session.receive(bytes)
        if session.hasPeerSettings { life.opened() }
        if life.blockIsOpen(session.openHeaderBlock, at: time.now) { armLife() }
    }

    func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure) {
        try session.fill(&buffer, limit: limit)
        if buffer.readableBytes == 0, let failure { throw failure }
    }

    var isSuspect: Bool { session.isSuspect }

    var isFinished: Bool { session.isFinished }

    /// Calls that run on this connection.
    var openCalls: Int { session.openStreams }

    func lost() {
        for alarm in [lifeAlarm, sweepAlarm] { if let alarm { time.clearAlarm(alarm) } }
        if case .announced(let alarm) = draining { time.clearAlarm(alarm) }
        session.connectionLost()
    }

    /// Takes no new calls but those that were sent before the client could know; those running go on.
    func drain() {
        guard case .none = draining else { return }
        session.announceGoAway()
        draining = .announced(
            setAlarm(at: time.now + settings.connection.goAwayTimeout) { $0.refuseCalls() })
        changed()
    }

    private func refuseCalls() {
        guard case .announced(let alarm) = draining else { return }
        time.clearAlarm(alarm)
        draining = .refusing
        session.goAway()
        changed()
    }

    /// Something is to be sent.
    func changed() {
        life.sent()
        if !isReceiving { sink?.flushSoon() }
    }

    // MARK: From the session

    func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream) {
        do throws(RequestHead.Refusal) {
            begin(try RequestHead(headers, limits: settings.http2), on: stream)
        } catch {
            refuse(error, on: stream)
        }
    }

    func pingArrived() {
        if life.pingCame(at: time.now) { session.end(.enhanceYourCalm, "too_many_pings") }
    }

    func pingAnswered() { refuseCalls() }

    func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode) {
        // The client opens no more streams; those open go on, then it closes.
    }

    private func begin(_ head: RequestHead, on stream: HTTP2Stream) {
        if let refusal = server.refusal { return refuse(.failure(refusal), on: stream) }
        guard let method = server.router.method(at: head.path) else {
            return refuse(.failure(server.router.unknown(head.path)), on: stream)
        }
        let now = time.now
        let context = CallContext(
            peer: server.peer, wire: .grpc, metadata: head.metadata, arrived: now,
            deadline: head.timeout.map { now.advanced(by: $0) },
            loop: server.executor.loop)
        stream.packsMessages = head.encoding.packsAnswers
        let call = method.makeCall(
            CallLink(stream: stream, host: self, context: context, encoding: head.encoding))
        stream.owner = call
        life.callBegan()
        sweepLater()
        call.begin()
    }

    private func refuse(_ refusal: RequestHead.Refusal, on stream: HTTP2Stream) {
        switch refusal {
        case .failure(let failure):
            let block = StatusTrailers.write(
                failure, after: ResponseHeaders.trailersOnly,
                peerListBytesMax: session.peerHeaderListBytesMax)
            stream.sendHeaders(block, endStream: true)
        case .http(let status, let text):
            stream.sendHeaders(PlainAnswer.headers(status, text))
            stream.write { $0.writeString(text + "\n") }
            stream.finish()
        }
    }
}

// MARK: - Time

extension GRPCServerConnection {
    private func armLife() {
        if let lifeAlarm { time.clearAlarm(lifeAlarm) }
        lifeAlarm = setAlarm(at: life.nextTick(after: time.now)) { $0.tick() }
    }

    private func tick() {
        for step in life.tick(at: time.now) {
            switch step {
            case .ping: session.ping()
            case .drain: drain()
            case .close(let code, let reason): end(code, reason)
            }
        }
        sink?.flushSoon()
        if failure == nil { armLife() }
    }

    /// Ends the connection once the client was told why.
    private func end(_ code: HTTP2ErrorCode, _ reason: String) {
        failure = ConnectionFailure("HTTP/2: \(reason)")
        session.end(code, reason)
    }

    private func sweepLater() {
        guard sweepAlarm == nil else { return }
        sweepAlarm = setAlarm(at: time.now + settings.slowConsumerTimeout) { $0.sweep() }
    }

    private func sweep() {
        sweepAlarm = nil
        session.resetStalled()
        for case let call as ServerCall in session.owners { call.swept() }
        if session.openStreams > 0 { sweepLater() } else { becomeIdle() }
        sink?.flushSoon()
    }

    private func becomeIdle() {
        life.lastCallEnded(at: time.now)
        session.forgetSpares()
        // The idle limit may be due before what the alarm was set for.
        armLife()
    }

    private func setAlarm(
        at deadline: Instant, _ ring: @escaping @Sendable (GRPCServerConnection) -> Void
    ) -> AlarmID {
        let held = HeldConnection(self)
        let loop = server.executor.loop
        return time.setAlarm(at: deadline) {
            loop.execute { if let connection = held.connection { ring(connection) } }
        }
    }
}
