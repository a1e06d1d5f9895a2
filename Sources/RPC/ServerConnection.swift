package import Clocks
package import NIOCore
package import Wire

/// One client's connection to this server: its HTTP/2 session and its calls.
package final class ServerConnection: Connection, HTTP2SessionDelegate {
    let executor: LoopExecutor
    let settings: ServerSettings
    let time: any TimeSource
    private let router: Router
    private let peer: Peer
    private let session: HTTP2Session
    package weak var sink: (any ConnectionSink)?
    /// True inside `receive`, whose caller fills afterwards anyway.
    private var isReceiving = false

    package init(
        peer: Peer, router: Router, settings: ServerSettings, executor: LoopExecutor,
        time: any TimeSource
    ) throws(HTTP2ConnectionFailure) {
        self.peer = peer
        self.router = router
        self.settings = settings
        self.executor = executor
        self.time = time
        session = try HTTP2Session(role: .server, settings: settings.http2)
        session.delegate = self
    }

    package func receive(_ bytes: RawSpan) throws(HTTP2ConnectionFailure) {
        isReceiving = true
        defer { isReceiving = false }
        try session.receive(bytes)
    }

    package func fill(_ buffer: inout ByteBuffer, limit: Int) throws(HTTP2ConnectionFailure) {
        try session.fill(&buffer, limit: limit)
    }

    package var isFinished: Bool { session.isFinished }

    /// Calls that run on this connection.
    package var openCalls: Int { session.openStreams }

    package func lost() {
        session.connectionLost()
    }

    /// Takes no new calls; those running go on.
    package func drain() {
        session.goAway()
        changed()
    }

    /// Something is to be sent.
    func changed() {
        if !isReceiving { sink?.flushSoon() }
    }

    var peerHeaderListBytesMax: Int { session.peerHeaderListBytesMax }

    // MARK: From the session

    package func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream) {
        do throws(RequestHead.Refusal) {
            begin(try RequestHead(headers, limits: settings.http2), on: stream)
        } catch {
            refuse(error, on: stream)
        }
    }

    package func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode) {
        // The client opens no more streams; those open go on, then it closes.
    }

    private func begin(_ head: RequestHead, on stream: HTTP2Stream) {
        guard let method = router.method(at: head.path) else {
            return refuse(.failure(router.unknown(head.path)), on: stream)
        }
        let now = time.now
        let context = CallContext(
            peer: peer, metadata: head.metadata, arrived: now,
            deadline: head.timeout.map { now.advanced(by: $0) },
            loop: executor.loop)
        let call = method.makeCall(
            CallLink(stream: stream, connection: self, context: context))
        stream.owner = call
        call.begin()
    }

    private func refuse(_ refusal: RequestHead.Refusal, on stream: HTTP2Stream) {
        switch refusal {
        case .failure(let failure):
            let block = StatusTrailers.write(
                failure, after: ResponseHeaders.trailersOnly,
                peerListBytesMax: peerHeaderListBytesMax)
            stream.sendHeaders(block, endStream: true)
        case .http(let status, let text):
            stream.sendHeaders(PlainAnswer.headers(status, text))
            stream.write { $0.writeString(text + "\n") }
            stream.finish()
        }
    }
}

/// What a request that is no gRPC call gets: plain HTTP, without gRPC's trailers.
enum PlainAnswer {
    static func headers(_ status: Int, _ text: String) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(name: ":status", value: String(status))
        block.append(name: "content-type", value: "text/plain; charset=utf-8")
        block.append(name: "content-length", value: String(text.utf8.count + 1))
        if status == 405 { block.append(name: "allow", value: "POST") }
        return block
    }
}
