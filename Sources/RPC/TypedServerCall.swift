package import Messages
internal import NIOCore
internal import Wire

/// A call whose messages have types: reads requests, runs the handler, writes responses.
final class TypedServerCall<Request: WireMessage, Response: WireMessage>: ServerCall,
    @unchecked Sendable
{
    // Sendable by hand: as its superclass.
    private let handler: TypedMethod<Request, Response>.Handler
    /// The one request, of a method that takes one; until its handler has it.
    private var request: Request?
    /// Requests of the other methods; nil for one that takes one.
    private var requests: Inbox<Request>?
    private var isRequestEnded = false
    private var readWaiter: CheckedContinuation<Void, Never>?

    init(_ link: CallLink, _ handler: TypedMethod<Request, Response>.Handler) {
        self.handler = handler
        if !handler.takesOneRequest { requests = Inbox() }
        super.init(link)
    }

    override func begin() {
        super.begin()
        if !isEnded, !handler.takesOneRequest { start() }
    }

    override func messageArrived(_ bytes: RawSpan) {
        guard !isEnded else { return }
        if request != nil {
            return fail(RPCFailure(.internal, "this method takes one request message, two came"))
        }
        do {
            let message = try unsafe bytes.withUnsafeBytes { try unsafe Request(decoding: $0) }
            if handler.takesOneRequest { return request = message }
            requests?.append(message, encodedBytes: bytes.byteCount)
        } catch {
            return fail(RPCFailure(.internal, "the request is no \(Request.fullName): \(error)"))
        }
        if let crowd = tooManyWait { return fail(crowd) }
        resumeReader()
    }

    /// A wire that cannot hold its client back loses a call whose handler is far behind.
    private var tooManyWait: RPCFailure? {
        let limit = requestBytesMax * 2
        guard context.wire == .ttrpc, let waiting = requests?.waitingBytes, waiting > limit
        else { return nil }
        return RPCFailure(
            .resourceExhausted,
            "\(waiting) bytes of requests wait to be read, and at most \(limit) may "
                + "(twice limits.message_bytes_max); send them more slowly")
    }

    override func requestEnded() {
        isRequestEnded = true
        if !handler.takesOneRequest { return resumeReader() }
        if request == nil {
            return fail(RPCFailure(.internal, "the request ended without a message"))
        }
        start()
    }

    override func wake() { resumeReader() }

    override func handle() async throws(RPCFailure) {
        switch handler {
        case .unary(let run):
            if let request = request.take() { try send(try await run(request, context)) }
        case .serverStreaming(let run):
            if let request = request.take() {
                try await run(request, ResponseWriter(self), context)
            }
        case .clientStreaming(let run): try send(try await run(RequestReader(self), context))
        case .bidirectional(let run):
            try await run(RequestReader(self), ResponseWriter(self), context)
        }
    }

    override func bodyTaken(_ bytes: Int) {
        requests?.bodyTaken(bytes)
        super.bodyTaken(requests?.takeCredit() ?? bytes)
    }
}

// MARK: - What the handler reads and writes

extension TypedServerCall {
    fileprivate func offer(_ message: Response, unless isStale: @escaping @Sendable () -> Bool) {
        onExecutor { [self] in
            if isStopped || isSaturated || isStale() { return }
            // It can only fail by an end that came between, and then nobody misses it.
            try? send(message)
        }
    }

    fileprivate func nextRequest() async throws(RPCFailure) -> Request? {
        while true {
            if isStopped { throw stopFailure }
            if let request = requests?.popFirst() {
                super.bodyTaken(requests?.takeCredit() ?? 0)
                return request
            }
            if isRequestEnded { return nil }
            await withCheckedContinuation { readWaiter = $0 }
        }
    }

    private func resumeReader() {
        readWaiter?.resume()
        readWaiter = nil
    }
}

/// Where a handler writes its answers. Used by one task at a time, on the call's own executor.
package struct ResponseWriter<Response: WireMessage>: Sendable {
    private let sendMessage: @Sendable (Response) async throws(RPCFailure) -> Void
    private let offerMessage: @Sendable (Response, @escaping @Sendable () -> Bool) -> Void

    fileprivate init<Request: WireMessage>(_ call: TypedServerCall<Request, Response>) {
        offerMessage = { call.offer($0, unless: $1) }
        sendMessage = { (message) async throws(RPCFailure) in
            try call.send(message)
            try await call.waitForRoom()
        }
    }

    /// Sends one message; the first one sends the response headers before it. Returns when there
    /// is room for another.
    ///
    /// - Throws: CANCELLED when the caller has left, DEADLINE_EXCEEDED when its deadline has passed.
    package func write(_ message: Response) async throws(RPCFailure) {
        try await sendMessage(message)
    }

    /// Sends a message that may as well be lost: news that the next news replaces. Dropped when
    /// the call has ended or its client is behind with reading. From any thread, at any time: it
    /// goes out on the call's own executor, if it is not stale by then.
    package func offer(_ message: Response, unless isStale: @escaping @Sendable () -> Bool) {
        offerMessage(message, isStale)
    }
}

/// Where a handler reads its requests. Used by one task at a time, on the call's own executor.
package struct RequestReader<Request: WireMessage>: Sendable {
    private let nextMessage: @Sendable () async throws(RPCFailure) -> Request?

    fileprivate init<Response: WireMessage>(_ call: TypedServerCall<Request, Response>) {
        nextMessage = { () async throws(RPCFailure) in try await call.nextRequest() }
    }

    /// The next message; nil when the client sends no more.
    ///
    /// - Throws: CANCELLED when the caller has left, DEADLINE_EXCEEDED when its deadline has passed.
    package func next() async throws(RPCFailure) -> Request? {
        try await nextMessage()
    }
}
