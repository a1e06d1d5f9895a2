internal import Lanes
internal import Messages
internal import Models
internal import RPC
internal import Synchronization

extension LanewayService {
    /// `Stream`: chunk by chunk. Nothing is written before the stream is established, so that an
    /// earlier failure is trailers-only; but for a client that asks to hear its place in the queue.
    func stream(
        _ asked: Asked, to writer: ResponseWriter<StreamResponse>,
        _ context: CallContext
    ) async throws(RPCFailure) {
        if !asked.request.idempotencyKey.isEmpty {
            throw refusal(
                .badRequest,
                "idempotency_key is set, but a Stream cannot be given again; use Generate", context)
        }
        try await run(asked, context, isStream: true) { (ask, call) throws(CallFailure) in
            let news = asked.request.queueEvents ? QueueNews(of: call, to: writer) : nil
            defer { news?.end() }
            let stream = try await dispatcher.stream(ask, for: call)
            news?.end()
            if try started(stream, to: writer) { try await waitForRoom(of: writer, stream) }
            while let chunk = try await stream.next() {
                if try send(chunk, of: stream, call, to: writer) {
                    try await waitForRoom(of: writer, stream)
                }
            }
        }
    }

    // What is sent is made apart from the async function: its frame lives as long as the stream, and
    // would have room for all of it. Each says whether to wait for room before the next.

    @inline(never)
    private func started(
        _ stream: EstablishedStream, to writer: ResponseWriter<StreamResponse>
    ) throws(CallFailure) -> Bool {
        let started = Started(
            target: stream.target.description, lane: stream.laneName,
            queueWaitMs: stream.queueWait.wholeMilliseconds)
        return try send(StreamResponse(event: .started(started)), of: stream, to: writer)
    }

    @inline(never)
    private func send(
        _ chunk: Chunk, of stream: EstablishedStream, _ call: Call,
        to writer: ResponseWriter<StreamResponse>
    ) throws(CallFailure) -> Bool {
        try send(StreamResponse(chunk, of: call), of: stream, to: writer)
    }

    private func send(
        _ event: StreamResponse, of stream: EstablishedStream,
        to writer: ResponseWriter<StreamResponse>
    ) throws(CallFailure) -> Bool {
        do throws(RPCFailure) {
            return try writer.send(event)
        } catch {
            // Whatever stopped the writer has interrupted the call, which knows its reason.
            throw stream.abandoned()
        }
    }

    private func waitForRoom(
        of writer: ResponseWriter<StreamResponse>, _ stream: EstablishedStream
    ) async throws(CallFailure) {
        do throws(RPCFailure) {
            try await writer.waitForRoom()
        } catch {
            throw stream.abandoned()
        }
    }
}

/// Tells a client its place in the queue for as long as its call waits.
private final class QueueNews: Sendable {
    private let isOver = Atomic(false)

    init(of call: Call, to writer: ResponseWriter<StreamResponse>) {
        call.followQueue { [self] place in
            writer.offer(StreamResponse(event: .queued(Queued(place)))) {
                self.isOver.load(ordering: .relaxed)
            }
        }
    }

    /// Asked and told on the call's own executor, so nothing is offered after this.
    func end() { isOver.store(true, ordering: .relaxed) }
}

extension Queued {
    init(_ place: QueuePlace) {
        self.init(
            position: Int32(clamping: place.ahead),
            estimatedWaitMs: place.estimatedWait?.wholeMilliseconds ?? 0)
    }
}
