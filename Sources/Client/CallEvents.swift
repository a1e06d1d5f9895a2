public import Messages
internal import NIOCore
internal import RPC

/// The events of a streamed call, for one reader.
public struct CallEvents: AsyncSequence, Sendable {
    /// `started`, chunks, and in the end `finish`.
    public typealias Element = StreamResponse
    /// How the call failed, thrown while reading.
    public typealias Failure = CallError

    private let call: ClientCall<GenerateRequest, StreamResponse>
    private let executor: LoopExecutor
    private let socketPath: String

    init(
        _ call: ClientCall<GenerateRequest, StreamResponse>, on executor: LoopExecutor,
        socketPath: String
    ) {
        self.call = call
        self.executor = executor
        self.socketPath = socketPath
    }

    /// Ends the call; whoever reads it gets CANCELLED.
    public func cancel() {
        executor.loop.execute { [call] in call.cancel() }
    }

    /// For the one reader.
    public func makeAsyncIterator() -> Iterator { Iterator(events: self) }

    /// Reads the events of one call.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let events: CallEvents

        /// The next event; nil when the call is done.
        ///
        /// - Throws: `CallError` when the call fails.
        public mutating func next() async throws(CallError) -> StreamResponse? {
            try await events.next()
        }

        /// The same, for readers on an actor.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(CallError) -> StreamResponse? {
            try await events.next()
        }
    }

    private func next() async throws(CallError) -> StreamResponse? {
        do {
            return try await withTaskExecutorPreference(executor) { try await call.next() }
        } catch {
            throw CallError(error, socketPath: socketPath)
        }
    }
}
