public import Messages
internal import NIOCore
internal import RPC

/// What the daemon sends on a stream, for one reader.
public struct ServerEvents<Element: Sendable>: AsyncSequence, Sendable {
    /// How the stream failed, thrown while reading.
    public typealias Failure = CallError

    private let receive: @Sendable () async throws(CallError) -> Element?
    private let stop: @Sendable () -> Void

    init<Request: WireMessage, Response: WireMessage>(
        _ call: ClientCall<Request, Response>, on executor: LoopExecutor, socketPath: String,
        _ element: @escaping @Sendable (Response) -> Element
    ) {
        stop = { executor.loop.execute { call.cancel() } }
        receive = { () async throws(CallError) in
            do {
                return try await withTaskExecutorPreference(executor) { try await call.next() }
                    .map(element)
            } catch {
                throw CallError(error, socketPath: socketPath)
            }
        }
    }

    /// Ends the stream; whoever reads it gets CANCELLED.
    public func cancel() { stop() }

    /// For the one reader.
    public func makeAsyncIterator() -> Iterator { Iterator(events: self) }

    /// Reads what the daemon sends on one stream.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let events: ServerEvents

        /// The next event; nil when the stream is done.
        ///
        /// - Throws: `CallError` when it fails.
        public mutating func next() async throws(CallError) -> Element? {
            try await events.receive()
        }

        /// The same, for readers on an actor.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(CallError) -> Element? {
            try await events.receive()
        }
    }
}

/// The events of a streamed call: `queued` where it asked for them, `started`, chunks, and in the
/// end `finish`.
public typealias CallEvents = ServerEvents<StreamResponse>
