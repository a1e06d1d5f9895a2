package import Messages
internal import NIOCore
internal import Wire

/// A call and its messages: reads requests, runs the handler, which writes responses.
final class MessageCall: ServerCall, @unchecked Sendable {
    // Sendable by hand: as its superclass.
    private let handling: MessageHandling
    /// The one request, of a method that takes one; until its handler has it.
    private var request: MessageHandling.Request?
    /// Requests of the other methods; nil for one that takes one.
    private var requests: Inbox<MessageHandling.Request>?
    private var isRequestEnded = false
    private var readWaiter: CheckedContinuation<Void, Never>?

    init(_ link: CallLink, _ handling: MessageHandling) {
        self.handling = handling
        if !handling.takesOneRequest { requests = Inbox(messageSize: handling.requestSize) }
        super.init(link)
    }

    override func begin() {
        super.begin()
        if !isEnded, !handling.takesOneRequest { start() }
    }

    override func messageArrived(_ bytes: RawSpan) {
        guard !isEnded else { return }
        if request != nil {
            return fail(RPCFailure(.internal, "this method takes one request message, two came"))
        }
        do {
            let message = try handling.decode(bytes)
            if handling.takesOneRequest { return request = message }
            requests?.append(message, encodedBytes: bytes.byteCount)
        } catch {
            return fail(
                RPCFailure(.internal, "the request is no \(handling.requestName): \(error)"))
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
        if !handling.takesOneRequest { return resumeReader() }
        if request == nil {
            return fail(RPCFailure(.internal, "the request ended without a message"))
        }
        start()
    }

    override func wake() { resumeReader() }

    override func handle() async throws(RPCFailure) {
        try await handling.run(self, request.take())
    }

    override func bodyTaken(_ bytes: Int) {
        requests?.bodyTaken(bytes)
        super.bodyTaken(requests?.takeCredit() ?? bytes)
    }

    fileprivate func nextRequest() async throws(RPCFailure) -> MessageHandling.Request? {
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
    private let call: MessageCall

    init(_ call: MessageCall) { self.call = call }

    /// Sends one message; the first one sends the response headers before it. Returns when there
    /// is room for another.
    ///
    /// - Throws: CANCELLED when the caller has left, DEADLINE_EXCEEDED when its deadline has passed.
    package func write(_ message: Response) async throws(RPCFailure) {
        if try send(message) { try await waitForRoom() }
    }

    /// The first half of `write`: an async function that does not hold the message while it waits
    /// has a smaller frame.
    ///
    /// - Returns: whether to `waitForRoom` before the next.
    package func send(_ message: Response) throws(RPCFailure) -> Bool {
        try call.send(message)
        return call.isToWait()
    }

    /// The other half of `write`, which most messages do without.
    package func waitForRoom() async throws(RPCFailure) { try await call.waitForRoom() }

    /// Sends a message that may as well be lost: news that the next news replaces. Dropped when
    /// the call has ended or its client is behind with reading. From any thread, at any time: it
    /// goes out on the call's own executor, if it is not stale by then.
    package func offer(_ message: Response, unless isStale: @escaping @Sendable () -> Bool) {
        call.offer(message, unless: isStale)
    }
}

/// Where a handler reads its requests. Used by one task at a time, on the call's own executor.
package struct RequestReader<Request: WireMessage>: Sendable {
    private let call: MessageCall

    init(_ call: MessageCall) { self.call = call }

    /// The next message; nil when the client sends no more.
    ///
    /// - Throws: CANCELLED when the caller has left, DEADLINE_EXCEEDED when its deadline has passed.
    package func next() async throws(RPCFailure) -> Request? {
        try await call.nextRequest().map { Held<Request>.of($0).message }
    }
}
