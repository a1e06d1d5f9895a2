package import Clocks
package import Messages
package import NIOCore
package import Wire

/// A connection to a server, from the client's end.
package final class ClientConnection: Connection, HTTP2SessionDelegate {
    package let executor: LoopExecutor
    let time: any TimeSource
    private let session: HTTP2Session
    package weak var sink: (any ConnectionSink)?
    private var isReceiving = false
    /// No new calls: the server has said GOAWAY, or the socket is gone.
    package private(set) var isClosed = false

    package init(
        executor: LoopExecutor, time: any TimeSource
    ) throws(ConnectionFailure) {
        self.executor = executor
        self.time = time
        session = try HTTP2Session(role: .client)
        session.delegate = self
    }

    /// Begins a call. Send its messages with `ClientCall.send`, read its answers with `next`.
    ///
    /// - Parameter timeout: sent as `grpc-timeout`; nil for none.
    package func call<Request: WireMessage, Response: WireMessage>(
        _ path: String, metadata: Metadata, timeout: Duration?,
        as _: (Request.Type, Response.Type)
    ) throws(RPCFailure) -> ClientCall<Request, Response> {
        if isClosed { throw RPCFailure(.unavailable, "the connection is closed") }
        let call = ClientCall<Request, Response>(self)
        do throws(ConnectionFailure) {
            let stream = try session.request(
                Self.headers(path, metadata, timeout), owner: call)
            call.begin(stream, timeout: timeout)
        } catch {
            throw RPCFailure(.unavailable, error.description)
        }
        changed()
        return call
    }

    private static func headers(
        _ path: String, _ metadata: Metadata, _ timeout: Duration?
    ) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(name: ":method", value: "POST")
        block.append(name: ":scheme", value: "http")
        block.append(name: ":path", value: path)
        block.append(name: ":authority", value: "localhost")
        block.append(name: "te", value: "trailers")
        block.append(name: "content-type", value: "application/grpc")
        block.append(name: "user-agent", value: "laneway-swift")
        if let timeout { block.append(name: "grpc-timeout", value: GRPCTimeout.format(timeout)) }
        metadata.write(to: &block)
        return block
    }

    package func receive(_ bytes: RawSpan) throws(ConnectionFailure) {
        isReceiving = true
        defer { isReceiving = false }
        try session.receive(bytes)
    }

    package func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure) {
        try session.fill(&buffer, limit: limit)
    }

    package var isFinished: Bool { session.isFinished }

    package func lost() {
        isClosed = true
        session.connectionLost()
    }

    /// Says GOAWAY and ends the connection; calls still open end with it.
    package func close() {
        isClosed = true
        session.terminate(.noError)
        changed()
    }

    func changed() {
        if !isReceiving { sink?.flushSoon() }
    }

    package func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream) {
        // A server opens no streams: push is switched off in our SETTINGS.
    }

    package func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode) {
        isClosed = true
    }
}
