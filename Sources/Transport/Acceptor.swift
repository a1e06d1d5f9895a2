internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Accepts connections from a listening socket until it is told to stop, whatever the kernel says
/// to it meanwhile.
final class Acceptor: Sendable {
    /// After an error that would be the same at once.
    static let pause = TimeAmount.milliseconds(250)
    private static let newsInterval = TimeAmount.seconds(10)

    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    /// Makes a connection of an accepted channel, on its loop.
    private let open: @Sendable (any Channel) throws -> Void
    private let state = Mutex(State())

    private struct State {
        var listener: (any Channel)?
        /// The socket once more: NIO closes its own when accept fails for a reason it does not
        /// know, such as a security module's EPERM. nil when nothing is to be accepted any more.
        /// Closed by `end`.
        var spare: CInt?
        /// What fails before would say the same.
        var nextNews = NIODeadline.uptimeNanoseconds(0)

        /// - Returns: whether the channel is wanted.
        mutating func began(_ channel: any Channel) -> Bool {
            guard let spare else { return false }
            // SwiftNIO has set the backlog to 128: its own option comes too late for a socket that
            // is bound already. By the spare, since the channel may have closed itself by now.
            _ = Glibc.listen(spare, SocketOwner.backlog)
            listener = channel
            return true
        }

        mutating func end() -> (any Channel)? {
            if let spare { close(spare) }
            spare = nil
            return listener.take()
        }
    }

    init(
        _ group: MultiThreadedEventLoopGroup, _ logger: Logger,
        open: @escaping @Sendable (any Channel) throws -> Void
    ) {
        self.group = group
        self.logger = logger
        self.open = open
    }

    func start(descriptor: CInt) async throws {
        let spare = duplicate(descriptor)
        state.withLock { $0.spare = spare }
        try await listen(on: descriptor).get()
    }

    /// What comes from now on stays in the socket's backlog; what was accepted is a connection when
    /// this returns.
    func stop() async {
        guard let listener = state.withLock({ $0.end() }) else { return }
        // NIO drops what it has accepted and not set up yet when its listener is closed. That goes
        // from the listener's loop to another, back, and there again.
        try? await listener.setOption(.autoRead, value: false).get()
        for _ in 0..<3 {
            for loop in group.makeIterator() { try? await loop.submit {}.get() }
        }
        try? await listener.close()
    }

    var isStopped: Bool { state.withLock { $0.spare == nil } }

    private func listen(on descriptor: CInt) -> EventLoopFuture<Void> {
        ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptWatch(self))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.open(channel) }
            }
            .withBoundSocket(descriptor)
            .flatMap { channel in
                guard self.state.withLock({ $0.began(channel) }) else { return channel.close() }
                channel.closeFuture.whenComplete { _ in self.closed(on: channel.eventLoop) }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
    }

    private func closed(on loop: any EventLoop) {
        loop.scheduleTask(in: Self.pause) {
            let descriptor = self.state.withLock { $0.spare.map(duplicate) }
            guard let descriptor else { return }
            self.listen(on: descriptor).whenFailure { error in
                self.logger.error(
                    "connections not accepted any more", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: From the listener's pipeline

    func failed(_ error: IOError) {
        let now = NIODeadline.now()
        let isNews = state.withLock { state in
            guard now >= state.nextNews else { return false }
            state.nextNews = now + Self.newsInterval
            return true
        }
        guard isNews else { return }
        let milliseconds = Self.pause.nanoseconds / 1_000_000
        logger.warning(
            "connections not accepted",
            metadata: ["error": "\(error)", "retry_ms": "\(milliseconds)"])
    }
}

private func duplicate(_ descriptor: CInt) -> CInt {
    fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
}
