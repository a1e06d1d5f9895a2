internal import Messages
internal import NIOCore
internal import Wire

/// One stream of ttrpc, from the server's end: what its call sends becomes frames.
final class TTRPCStream: CallStream {
    private let id: UInt32
    /// nil once the stream is over.
    private var connection: TTRPCServerConnection?
    /// Held until the stream is over, which ends the cycle between the two.
    private(set) var call: ServerCall?
    private let streamsAnswers: Bool
    /// The only answer, until it is known that nothing goes wrong any more.
    private var answer = ByteBuffer()
    private var inbound = Inbound.unary

    private enum Inbound {
        /// Its request was all that may come.
        case unary
        /// The client may send messages. Goes to closed.
        case open
        case closed
    }

    init(id: UInt32, connection: TTRPCServerConnection, streamsAnswers: Bool) {
        self.id = id
        self.connection = connection
        self.streamsAnswers = streamsAnswers
    }

    // MARK: Requests

    /// - Parameters:
    ///   - payload: the first message. Of a stream of requests an empty one is none.
    ///   - isOpen: the client means to send more.
    func begin(_ call: ServerCall, payload: [UInt8], isOpen: Bool, takesOneRequest: Bool) {
        self.call = call
        inbound = isOpen ? .open : .unary
        call.begin()
        if takesOneRequest || !payload.isEmpty { unsafe call.messageArrived(payload.span.bytes) }
        if takesOneRequest || !isOpen { call.requestEnded() }
        takesMore = !takesOneRequest
    }

    private var takesMore = false

    /// - Throws: INVALID_ARGUMENT for what the protocol does not allow here.
    func dataArrived(_ header: TTRPCHeader, _ body: RawSpan) throws(RPCFailure) {
        switch inbound {
        case .unary: throw RPCFailure(.invalidArgument, "stream \(id) is unary and takes no data")
        case .closed: throw RPCFailure(.invalidArgument, "stream \(id) was closed by its client")
        case .open: break
        }
        let isClosing = header.has(.remoteClosed)
        if header.has(.noData) && body.byteCount > 0 {
            throw RPCFailure(
                .invalidArgument,
                "data of stream \(id) say that there are none, and are "
                    + "\(body.byteCount) bytes")
        }
        if isClosing { inbound = .closed }
        if !header.has(.noData) {
            guard takesMore else {
                throw RPCFailure(
                    .invalidArgument, "this method takes one request message, two came")
            }
            call?.messageArrived(body)
        }
        if isClosing, takesMore { call?.requestEnded() }
    }

    /// The connection is gone.
    func lost() {
        connection = nil
        call?.streamClosed()
        call = nil
    }

    // MARK: Answers

    var isSaturated: Bool { connection?.isFull ?? false }
    var sentBytes: Int { connection?.sentBytes ?? 0 }

    func send(_ message: EncodedMessage) throws(RPCFailure) {
        let limit = TTRPCHeader.lengthMax
        // The envelope of an only answer takes a few bytes more.
        guard message.count <= limit - (streamsAnswers ? 0 : Self.envelopeBytes) else {
            throw RPCFailure(
                .resourceExhausted,
                "the answer is \(message.count) bytes; a frame of ttrpc carries \(limit)")
        }
        if streamsAnswers {
            connection?.sendData(on: id, message)
        } else {
            answer = ByteBuffer()
            answer.write(message)
        }
    }

    private static let envelopeBytes = 16

    /// The protocol has no metadata in answers.
    func sendHeaders(with metadata: Metadata) {}

    func finish(_ failure: RPCFailure?, trailers: Metadata) {
        guard let connection else { return }
        if let failure {
            connection.respond(on: id, TTRPCResponse(failure))
        } else if streamsAnswers {
            connection.closeData(on: id)
        } else {
            connection.respond(on: id, TTRPCResponse(payload: Array(answer.readableBytesView)))
        }
        connection.ended(id)
        self.connection = nil
        call = nil
    }

    /// There is no flow control to pay into.
    func consumed(_ bytes: Int) {}
}
