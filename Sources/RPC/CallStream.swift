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

    /// Sends one message.
    ///
    /// - Throws: RESOURCE_EXHAUSTED when the wire has no frame for a message so large.
    func send(_ message: EncodedMessage) throws(RPCFailure)

    /// Ends the call: OK for nil.
    func finish(_ failure: RPCFailure?)

    /// So many bytes of requests were used, and the peer may send as many more.
    func consumed(_ bytes: Int)
}

/// What a call needs of its connection, whichever wire it is of.
protocol CallHost: AnyObject {
    var executor: LoopExecutor { get }
    var settings: ServerSettings { get }
    var time: any TimeSource { get }

    /// Something is to be sent.
    func changed()
}

// MARK: - gRPC

extension HTTP2Stream: CallStream {
    package func send(_ message: EncodedMessage) throws(RPCFailure) {
        sendHeaders(ResponseHeaders.ok)
        write { GRPCFraming.write(message, to: &$0) }
    }

    package func finish(_ failure: RPCFailure?) {
        guard let failure else {
            sendHeaders(ResponseHeaders.ok)
            return finish(StatusTrailers.ok)
        }
        let limit = peerHeaderListBytesMax
        if hasSentHeaders {
            finish(StatusTrailers.write(failure, peerListBytesMax: limit))
        } else {
            let block = StatusTrailers.write(
                failure, after: ResponseHeaders.trailersOnly, peerListBytesMax: limit)
            sendHeaders(block, endStream: true)
        }
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
