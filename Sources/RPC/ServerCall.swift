internal import Clocks
internal import Messages
internal import NIOCore
package import Wire

/// What ties a call to its stream and its connection.
package struct CallLink {
    let stream: any CallStream
    let host: any CallHost
    let context: CallContext
    var encoding = MessageEncoding()
}

/// One call from its headers to its status, whatever its messages and its wire are: flow control,
/// deadline, cancel, and exactly one end.
///
/// Confined to the event loop of its connection.
package class ServerCall: HTTP2StreamOwner, @unchecked Sendable {
    // Sendable by hand: tasks of this call run on the loop's executor, and every entry from a task
    // checks that it does.
    let stream: any CallStream
    let context: CallContext
    private let host: any CallHost
    private let server: ServerSide
    private var deframer: GRPCDeframer
    private let encoding: MessageEncoding
    private var task: Task<Void, Never>?
    private var alarm: AlarmID?
    /// Set once the status is on its way, or can no longer be: nothing more is sent.
    private(set) var isEnded = false
    /// What the handler sends beside the status.
    final var trailers = Metadata()
    /// The handler, when it waits for room to write.
    private var roomWaiter: CheckedContinuation<Void, Never>?
    private var readerAlarm: AlarmID?
    private var sweepsWaited = 0
    private var sentInARow = 0

    /// The largest request message taken.
    final var requestBytesMax: Int { server.settings.messageBytesMax }

    init(_ link: CallLink) {
        stream = link.stream
        context = link.context
        host = link.host
        server = link.host.server
        encoding = link.encoding
        deframer = GRPCDeframer(messageBytesMax: server.settings.messageBytesMax)
        context.began(self)
    }

    // What a typed call fills in.

    /// A whole request message.
    func messageArrived(_ bytes: RawSpan) {}
    /// The client sends no more messages.
    func requestEnded() {}
    /// The call was interrupted: wake whatever of it sleeps.
    func wake() {}
    /// Runs the handler to its end.
    func handle() async throws(RPCFailure) {}

    /// The call's headers are accepted.
    func begin() {
        guard let deadline = context.deadline else { return }
        guard deadline > context.arrived else { return deadlinePassed() }
        setAlarm(at: deadline) { $0.deadlinePassed() }
    }

    // MARK: From a stream of HTTP/2

    package func headersArrived(_ headers: borrowing HeaderBlock) {
        // Trailers of a request carry nothing in gRPC.
    }

    package func dataArrived(_ bytes: RawSpan) {
        if isEnded { return stream.consumed(bytes.byteCount) }
        do throws(DeframingFailure) {
            try deframer.feed(bytes) { message, isPacked in
                if isPacked { packedMessageArrived(message) } else { messageArrived(message) }
            }
        } catch {
            fail(RPCFailure(error))
        }
        bodyTaken(bytes.byteCount)
    }

    private func packedMessageArrived(_ bytes: RawSpan) {
        guard !isEnded else { return }
        do throws(RPCFailure) {
            let message = try encoding.unpack(
                bytes, bytesMax: requestBytesMax)
            messageArrived(message.readableBytesSpan)
        } catch {
            fail(error)
        }
    }

    /// So many bytes of body were taken off the wire; a streaming call may hold back the peer.
    func bodyTaken(_ bytes: Int) {
        stream.consumed(bytes)
    }

    package func endArrived() {
        guard !isEnded else { return }
        if deframer.isInsideMessage {
            fail(RPCFailure(.internal, "the request ended inside a message"))
        } else {
            requestEnded()
        }
    }

    package func outboundDrained() {
        resumeRoomWaiter()
    }

    package func closed(_ code: HTTP2ErrorCode) { streamClosed() }

    /// Called about every `slowConsumerTimeout`. A request that is not whole after two of them
    /// holds memory for a client that may never send the rest.
    final func swept() {
        guard task == nil, !isEnded else { return }
        sweepsWaited += 1
        if sweepsWaited < 2 { return }
        fail(
            RPCFailure(
                .deadlineExceeded,
                "the request was not whole after \(server.settings.slowConsumerTimeout) "
                    + "(limits.slow_consumer_timeout)"))
    }

    // MARK: From a stream of any wire

    /// The stream is gone; before the call's end that means that its caller has left.
    final func streamClosed() {
        guard !isEnded else { return }
        isEnded = true
        clearAlarm()
        interrupt(.callerLeft)
        context.ended()
    }
}

// MARK: - The handler

extension ServerCall {
    /// Starts the handler at once, on this thread; it suspends onto the loop.
    final func start() {
        task = Task.immediate(executorPreference: server.executor) {
            do throws(RPCFailure) {
                try await self.handle()
                self.finish(nil)
            } catch {
                self.finish(error)
            }
        }
    }

    /// Sends the answer's headers with metadata of the handler's own.
    final func sendHeaders(with metadata: Metadata) {
        server.executor.loop.preconditionInEventLoop()
        guard !isEnded else { return }
        stream.sendHeaders(with: metadata)
        host.changed()
    }

    /// Appends a message to the answer.
    final func send(_ message: some WireMessage) throws(RPCFailure) {
        server.executor.loop.preconditionInEventLoop()
        if isEnded { throw stopFailure }
        var failure: RPCFailure?
        message.encode { encoded in
            do throws(RPCFailure) { try stream.send(encoded) } catch { failure = error }
        }
        if let failure { throw failure }
        host.changed()
    }

    /// The peer has yet to take much of what was written.
    final var isSaturated: Bool { stream.isSaturated }

    /// Sends a message unless it is of no use by the time it can be sent. From any thread.
    final func offer(_ message: some WireMessage, unless isStale: @escaping @Sendable () -> Bool) {
        server.executor.loop.execute { [self] in
            if isStopped || isSaturated || isStale() { return }
            // It can only fail by an end that came between, and then nobody misses it.
            try? send(message)
        }
    }

    /// Whether to `waitForRoom`; to be asked after each message. A handler that always has more to
    /// write also lets others have their turn there.
    final func isToWait() -> Bool { isSaturated || (wroteMuch() && server.executor.turns.isOver) }

    /// Waits until the peer has taken enough of what was written, or only for the others' turn.
    ///
    /// - Throws: RESOURCE_EXHAUSTED when the peer takes nothing at all for the settings' patience.
    final func waitForRoom() async throws(RPCFailure) {
        guard isSaturated else { return await Task.yield() }
        if !isStopped {
            watchReader()
            await withCheckedContinuation { roomWaiter = $0 }
            if let readerAlarm { server.time.clearAlarm(readerAlarm) }
            readerAlarm = nil
        }
        if isStopped { throw stopFailure }
    }

    /// Asking for the time costs as much as a tenth of a message.
    private func wroteMuch() -> Bool {
        sentInARow = (sentInARow + 1) % 32
        return sentInARow == 0
    }

    private func watchReader() {
        let (loop, sent) = (server.executor.loop, stream.sentBytes)
        let patience = server.settings.slowConsumerTimeout
        readerAlarm = server.time.setAlarm(at: server.time.now.advanced(by: patience)) { [self] in
            loop.execute { self.readerAlarmRang(sent: sent) }
        }
    }

    private func readerAlarmRang(sent: Int) {
        guard roomWaiter != nil else { return }
        if stream.sentBytes == sent { interrupt(.slowConsumer) } else { watchReader() }
    }

    /// The handler is to come to its end: nobody waits for more of it.
    final var isStopped: Bool {
        isEnded || Task.isCancelled || context.interruption != nil
    }

    /// What a handler gets where it may not go on. One that passes it on ends its call with it.
    final var stopFailure: RPCFailure {
        switch context.interruption {
        case .deadline: .deadlineExceeded
        case .slowConsumer: .slowConsumer(server.settings.slowConsumerTimeout)
        case .callerLeft, nil: .cancelled
        }
    }

    final func cancelTask() {
        task?.cancel()
        resumeRoomWaiter()
        wake()
    }

    private func resumeRoomWaiter() {
        roomWaiter?.resume()
        roomWaiter = nil
    }
}

// MARK: - Ends

extension ServerCall {
    /// The wire refuses the call, whatever its handler does.
    final func fail(_ failure: RPCFailure) {
        finish(failure)
        cancelTask()
    }

    /// Sends the status: OK for nil. The first end stands.
    final func finish(_ failure: RPCFailure?) {
        server.executor.loop.preconditionInEventLoop()
        guard !isEnded else { return }
        isEnded = true
        clearAlarm()
        context.ended()
        stream.finish(failure.map(annotated), trailers: trailers)
        host.changed()
    }

    private func annotated(_ failure: RPCFailure) -> RPCFailure {
        failure.details.isEmpty ? server.settings.annotate(failure, context) : failure
    }

    private func deadlinePassed() {
        guard !isEnded else { return }
        guard task != nil else { return finish(.deadlineExceeded) }
        interrupt(.deadline)
        // The handler says where the call stood; if it cannot in time, the bare status goes out.
        let grace = server.settings.deadlineGrace
        setAlarm(at: server.time.now.advanced(by: grace)) { $0.finish(.deadlineExceeded) }
    }

    private func interrupt(_ cause: Interruption) {
        context.interrupt(cause)
        cancelTask()
    }

    private func setAlarm(at deadline: Instant, _ ring: @escaping @Sendable (ServerCall) -> Void) {
        let loop = server.executor.loop
        alarm = server.time.setAlarm(at: deadline) { [self] in
            loop.execute { ring(self) }
        }
    }

    private func clearAlarm() {
        if let alarm { server.time.clearAlarm(alarm) }
        alarm = nil
    }
}

extension RPCFailure {
    static let deadlineExceeded = RPCFailure(
        .deadlineExceeded, "the caller's deadline has passed")

    static func slowConsumer(_ patience: Duration) -> RPCFailure {
        RPCFailure(
            .resourceExhausted,
            "nothing of the answer was read for \(patience) (limits.slow_consumer_timeout)")
    }

    /// How framing that breaks ends a call (gRPC over HTTP/2; `compression.md`).
    init(_ failure: DeframingFailure) {
        switch failure {
        case .tooLarge(let bytes, let limit):
            self.init(
                .resourceExhausted,
                "message is \(bytes) bytes; this daemon takes \(limit) (limits.message_bytes_max)")
        case .badFlag(let flag):
            self.init(.internal, "a message begins with flag \(flag); only 0 and 1 exist")
        }
    }
}
