internal import Clocks
package import Messages
internal import NIOCore
package import Wire

/// One call from the client's end: messages out, messages in, and how it ended.
///
/// Confined to the event loop of its connection; its async functions run in tasks on the
/// connection's executor.
package final class ClientCall<Request: WireMessage, Response: WireMessage>: HTTP2StreamOwner,
    @unchecked Sendable
{
    // Sendable by hand: confined to the loop, which every entry from a task checks.
    private let connection: ClientConnection
    private var stream: HTTP2Stream?
    private var deframer = GRPCDeframer(messageBytesMax: ClientLimits.messageBytesMax)
    private var responses = Inbox<Response>(messageSize: MemoryLayout<Response>.size)
    private var status: StatusReader = StatusReader()
    private var end: Result<Void, RPCFailure>?
    private var reader: CheckedContinuation<Void, Never>?
    private var alarm: AlarmID?

    init(_ connection: ClientConnection) {
        self.connection = connection
    }

    func begin(_ stream: HTTP2Stream, timeout: Duration?) {
        self.stream = stream
        guard let timeout else { return }
        // The server's own DEADLINE_EXCEEDED says where the call stood; wait a moment for it.
        let deadline = connection.time.now.advanced(by: timeout + ClientLimits.deadlineGrace)
        let loop = connection.executor.loop
        alarm = connection.time.setAlarm(at: deadline) { [self] in
            loop.execute { self.giveUp(.deadlineExceeded) }
        }
    }

    /// Sends one message.
    package func send(_ message: Request) {
        connection.executor.loop.preconditionInEventLoop()
        message.encode { encoded in stream?.write { GRPCFraming.write(encoded, to: &$0) } }
        connection.changed()
    }

    /// Says that no more messages come.
    package func halfClose() {
        stream?.finish()
        connection.changed()
    }

    /// The next answer; nil when the call has ended with OK. Cancelling the task cancels the call.
    package func next() async throws(RPCFailure) -> Response? {
        connection.executor.loop.preconditionInEventLoop()
        while true {
            if let response = responses.popFirst() {
                giveCredit()
                return response
            }
            if let end {
                try end.get()
                return nil
            }
            await waitForMore()
        }
    }

    /// Ends the call from this side.
    package func cancel() {
        giveUp(.cancelled)
    }

    private func waitForMore() async {
        let loop = connection.executor.loop
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader = $0 }
        } onCancel: {
            loop.execute { self.cancel() }
        }
    }

    private func giveUp(_ failure: RPCFailure) {
        guard end == nil else { return }
        finish(.failure(failure))
        stream?.reset(.cancel)
        connection.changed()
    }

    private func finish(_ result: Result<Void, RPCFailure>) {
        guard end == nil else { return }
        end = result
        if let alarm { connection.time.clearAlarm(alarm) }
        wakeReader()
    }

    private func wakeReader() {
        reader?.resume()
        reader = nil
    }

    private func giveCredit() {
        let credit = responses.takeCredit()
        guard credit > 0 else { return }
        stream?.consumed(credit)
        connection.changed()
    }

    // MARK: From the stream

    package func headersArrived(_ headers: borrowing HeaderBlock) {
        status.take(headers)
    }

    package func dataArrived(_ bytes: RawSpan) {
        guard end == nil else { stream?.consumed(bytes.byteCount); return }
        do throws(DeframingFailure) {
            // Nothing was offered, so nothing comes packed.
            try deframer.feed(bytes) { message, isPacked in
                if isPacked { giveUp(.unasked) } else { messageArrived(message) }
            }
        } catch {
            giveUp(RPCFailure(error))
        }
        responses.bodyTaken(bytes.byteCount)
        giveCredit()
    }

    private func messageArrived(_ bytes: RawSpan) {
        do {
            responses.append(
                try unsafe bytes.withUnsafeBytes { try unsafe Response(decoding: $0) },
                encodedBytes: bytes.byteCount)
            wakeReader()
        } catch {
            giveUp(RPCFailure(.internal, "the answer is no \(Response.fullName): \(error)"))
        }
    }

    package func endArrived() {
        finish(status.result)
    }

    package func outboundDrained() {}

    package func closed(_ code: HTTP2ErrorCode) {
        finish(.failure(.closed(code)))
        stream = nil
    }
}

enum ClientLimits {
    /// The largest answer taken, in bytes.
    static let messageBytesMax = 64 * 1_024 * 1_024
    static let deadlineGrace = Duration.milliseconds(400)
}

extension RPCFailure {
    static let unasked = RPCFailure(
        .internal, "an answer is flagged as compressed, which was not offered")

    /// A stream that closed without a status (gRPC over HTTP/2, "Errors").
    static func closed(_ code: HTTP2ErrorCode) -> RPCFailure {
        switch code {
        case .refusedStream: RPCFailure(.unavailable, "the server refused the call")
        case .cancel: RPCFailure(.unavailable, "the connection was lost")
        case .enhanceYourCalm: RPCFailure(.resourceExhausted, "the server asks for calm")
        default: RPCFailure(.internal, "the stream closed with HTTP/2 error \(code.rawValue)")
        }
    }
}
