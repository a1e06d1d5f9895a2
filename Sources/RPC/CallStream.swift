internal import Clocks
package import Messages
package import Wire

/// The stream that a call's answer goes out on, whichever wire it is of.
///
/// Confined to the event loop of its connection. Once the stream is gone, none of this does anything.
package protocol CallStream: AnyObject {
    /// The peer has yet to take much of what was sent: a writer should wait until it is told that
    /// there is room again.
    var isSaturated: Bool { get }

    /// What the peer, or its connection, has taken so far, in bytes: what tells a slow reader from
    /// one that does not read.
    var sentBytes: Int { get }

    /// Sends the answer's headers with the handler's metadata, before the first message would. A
    /// wire without such headers sends nothing.
    func sendHeaders(with metadata: Metadata)

    /// Sends one message.
    ///
    /// - Throws: RESOURCE_EXHAUSTED when the wire has no frame for a message so large.
    func send(_ message: EncodedMessage) throws(RPCFailure)

    /// Ends the call: OK for nil.
    ///
    /// - Parameter trailers: the handler's metadata, where the wire has a place for it.
    func finish(_ failure: RPCFailure?, trailers: Metadata)

    /// So many bytes of requests were used, and the peer may send as many more.
    func consumed(_ bytes: Int)
}

/// What a call needs of its connection, whichever wire it is of.
protocol CallHost: AnyObject {
    var server: ServerSide { get }

    /// Something is to be sent.
    func changed()
}

// MARK: - gRPC

extension HTTP2Stream: CallStream {
    package func sendHeaders(with metadata: Metadata) {
        var block = ResponseHeaders.trailersOnly
        if packsMessages { block.append(name: "grpc-encoding", value: "gzip") }
        metadata.write(to: &block)
        sendHeaders(block)
    }

    package func send(_ message: EncodedMessage) throws(RPCFailure) {
        guard packsMessages else {
            sendHeaders(ResponseHeaders.ok)
            return write { GRPCFraming.write(message, to: &$0) }
        }
        sendHeaders(ResponseHeaders.okPacked)
        write { GRPCFraming.writePacked(message, to: &$0) }
    }

    package func finish(_ failure: RPCFailure?, trailers: Metadata) {
        guard let failure else {
            sendHeaders(ResponseHeaders.ok)
            return trailers.count == 0
                ? finish(StatusTrailers.ok) : finish(StatusTrailers.ok(after: trailers))
        }
        var head = hasSentHeaders ? HeaderBlock() : ResponseHeaders.trailersOnly(failure)
        trailers.write(to: &head)
        let block = StatusTrailers.write(
            failure, after: head, peerListBytesMax: peerHeaderListBytesMax)
        if hasSentHeaders { finish(block) } else { sendHeaders(block, endStream: true) }
    }
}

/// The fields every answer begins with.
enum ResponseHeaders {
    static let ok = HeaderTable([":status": "200", "content-type": "application/grpc"])

    /// To a client that packs, and has said that it takes packed answers.
    static let okPacked = HeaderTable([
        ":status": "200", "content-type": "application/grpc", "grpc-encoding": "gzip",
        "grpc-accept-encoding": MessageEncoding.acceptedText,
    ])

    static let trailersOnly: HeaderBlock = {
        var block = HeaderBlock()
        block.append(name: ":status", value: "200")
        block.append(name: "content-type", value: "application/grpc")
        return block
    }()

    /// A client that packs in a way that is not known learns here which ways are.
    static func trailersOnly(_ failure: RPCFailure) -> HeaderBlock {
        var block = trailersOnly
        if failure.code == .unimplemented {
            block.append(
                name: "grpc-accept-encoding", value: MessageEncoding.acceptedText.description)
        }
        return block
    }
}
