internal import Clocks
internal import NIOCore
package import Wire

/// What ties a call to its stream and its connection.
package struct CallLink {
    let stream: HTTP2Stream
    let connection: ServerConnection
    let context: CallContext
}

/// One call from its headers to its status, whatever its messages are: framing, flow control,
/// deadline, cancel, and exactly one end.
///
/// Confined to the event loop of its connection.
package class ServerCall: HTTP2StreamOwner, @unchecked Sendable {
    // Sendable by hand: tasks of this call run on the loop's executor, and every entry from a task
    // checks that it does.
    let stream: HTTP2Stream
    let context: CallContext
    private let connection: ServerConnection
    private var deframer: GRPCDeframer
    private var task: Task<Void, Never>?
    private var alarm: AlarmID?
    /// Set once the status is on its way, or can no longer be: nothing more is sent.
    private(set) var isEnded = false
    /// The handler, when it waits for room to write.
    private var roomWaiter: CheckedContinuation<Void, Never>?

    init(_ link: CallLink) {
        stream = link.stream
        context = link.context
        connection = link.connection
        deframer = GRPCDeframer(messageBytesMax: link.connection.settings.messageBytesMax)
        context.began(self)
    }

    // What a typed call fills in.

    /// A whole request message.
    func messageArrived(_ bytes: RawSpan) {}
    /// The client sends no more messages.
    func requestEnded() {}
    /// The call was interrupted: wake whatever of it sleeps.
    func wake() {}

    /// The call's headers are accepted.
    func begin() {
        guard let deadline = context.deadline else { return }
        guard deadline > context.arrived else { return deadlinePassed() }
        setAlarm(at: deadline) { $0.deadlinePassed() }
    }

    // MARK: From the stream

    package func headersArrived(_ headers: borrowing HeaderBlock) {
        // Trailers of a request carry nothing in gRPC.
    }

    package func dataArrived(_ bytes: RawSpan) {
        if isEnded { return stream.consumed(bytes.byteCount) }
        do throws(DeframingFailure) {
            try deframer.feed(bytes) { messageArrived($0) }
        } catch {
            fail(RPCFailure(error))
        }
        bodyTaken(bytes.byteCount)
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

    package func closed(_ code: HTTP2ErrorCode) {
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
    final func start(_ handler: @escaping @Sendable () async throws(RPCFailure) -> Void) {
        task = Task.immediate(executorPreference: connection.executor) {
            do throws(RPCFailure) {
                try await handler()
                self.finish(nil)
            } catch {
                self.finish(error)
            }
        }
    }

    /// Appends a message to the answer, and the headers before the first one.
    final func send(_ write: (inout ByteBuffer) -> Void) throws(RPCFailure) {
        connection.executor.loop.preconditionInEventLoop()
        if isEnded { throw stopFailure }
        stream.sendHeaders(ResponseHeaders.ok)
        stream.write(write)
        connection.changed()
    }

    /// The peer has yet to take much of what was written.
    final var isSaturated: Bool { stream.isSaturated }

    final func onExecutor(_ body: @escaping @Sendable () -> Void) {
        connection.executor.loop.execute(body)
    }

    /// Waits until the peer has taken enough of what was written.
    final func waitForRoom() async throws(RPCFailure) {
        guard isSaturated else { return }
        if !isStopped { await withCheckedContinuation { roomWaiter = $0 } }
        if isStopped { throw stopFailure }
    }

    /// The handler is to come to its end: nobody waits for more of it.
    final var isStopped: Bool {
        isEnded || Task.isCancelled || context.interruption != nil
    }

    /// What a handler gets where it may not go on. One that passes it on ends its call with it.
    final var stopFailure: RPCFailure {
        context.interruption == .deadline ? .deadlineExceeded : .cancelled
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
        connection.executor.loop.preconditionInEventLoop()
        guard !isEnded else { return }
        isEnded = true
        clearAlarm()
        context.ended()
        if let failure {
            sendFailure(
                failure.details.isEmpty ? connection.settings.annotate(failure, context) : failure)
        } else {
            stream.sendHeaders(ResponseHeaders.ok)
            stream.finish(StatusTrailers.ok)
        }
        connection.changed()
    }

    private func sendFailure(_ failure: RPCFailure) {
        let limit = connection.peerHeaderListBytesMax
        if stream.hasSentHeaders {
            stream.finish(StatusTrailers.write(failure, peerListBytesMax: limit))
        } else {
            let block = StatusTrailers.write(
                failure, after: ResponseHeaders.trailersOnly, peerListBytesMax: limit)
            stream.sendHeaders(block, endStream: true)
        }
    }

    private func deadlinePassed() {
        guard !isEnded else { return }
        guard task != nil else { return finish(.deadlineExceeded) }
        interrupt(.deadline)
        // The handler says where the call stood; if it cannot in time, the bare status goes out.
        let grace = connection.settings.deadlineGrace
        setAlarm(at: connection.time.now.advanced(by: grace)) { $0.finish(.deadlineExceeded) }
    }

    private func interrupt(_ cause: Interruption) {
        context.interrupt(cause)
        cancelTask()
    }

    private func setAlarm(at deadline: Instant, _ ring: @escaping @Sendable (ServerCall) -> Void) {
        let loop = connection.executor.loop
        alarm = connection.time.setAlarm(at: deadline) { [self] in
            loop.execute { ring(self) }
        }
    }

    private func clearAlarm() {
        if let alarm { connection.time.clearAlarm(alarm) }
        alarm = nil
    }
}

/// The fields every answer begins with.
enum ResponseHeaders {
    static let ok = HeaderTable([":status": "200", "content-type": "application/grpc"])

    static let trailersOnly: HeaderBlock = {
        var block = HeaderBlock()
        block.append(name: ":status", value: "200")
        block.append(name: "content-type", value: "application/grpc")
        return block
    }()
}

extension RPCFailure {
    static let deadlineExceeded = RPCFailure(
        .deadlineExceeded, "the caller's deadline (grpc-timeout) has passed")

    /// How framing that breaks ends a call (gRPC over HTTP/2; `compression.md`).
    init(_ failure: DeframingFailure) {
        switch failure {
        case .tooLarge(let bytes, let limit):
            self.init(
                .resourceExhausted,
                "message is \(bytes) bytes; this daemon takes \(limit) (limits.message_bytes_max)")
        case .compressed:
            self.init(
                .internal, "a message is flagged as compressed, but no grpc-encoding was sent")
        case .badFlag(let flag):
            self.init(.internal, "a message begins with flag \(flag); only 0 and 1 exist")
        }
    }
}
