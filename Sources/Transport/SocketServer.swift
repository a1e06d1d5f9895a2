package import Clocks
package import Logging
internal import NIOCore
package import NIOPosix
package import RPC
internal import Synchronization

/// Accepts connections from a listening Unix socket and runs the server's calls on them.
package final class SocketServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    /// Of each loop of the group.
    private let turns: [ObjectIdentifier: LoopTurns]
    private let router: Router
    private let settings: ServerSettings
    private let time: any TimeSource
    private let logger: Logger
    private let state: Mutex<State>
    /// nil before the first connection can come, and when no more may.
    private let acceptor = Mutex<Acceptor?>(nil)

    private struct State {
        var connections: [ObjectIdentifier: OpenConnection] = [:]
        var isDraining = false
        var admission: Admission
    }

    /// A connection with the loop it is confined to.
    private struct OpenConnection: @unchecked Sendable {
        // Sendable by hand: `connection` is touched on `loop` only.
        let connection: ServerConnection
        let channel: any Channel
        var loop: any EventLoop { channel.eventLoop }
    }

    package init(
        group: MultiThreadedEventLoopGroup, router: Router, settings: ServerSettings,
        limits: SocketLimits = SocketLimits(), time: any TimeSource, logger: Logger
    ) {
        self.group = group
        turns = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map {
                (ObjectIdentifier($0), LoopTurns($0, time: time))
            })
        self.router = router
        self.settings = settings
        self.time = time
        self.logger = logger
        let admission = Admission(
            limits, silenceTimeout: settings.connection.prefaceTimeout)
        state = Mutex(State(admission: admission))
    }

    /// Starts to accept.
    ///
    /// - Parameter descriptor: a listening Unix stream socket; closed by `close`.
    package func serve(descriptor: CInt) async throws {
        let acceptor = Acceptor(group, logger) { channel in try self.open(channel) }
        self.acceptor.withLock { $0 = acceptor }
        try await acceptor.start(descriptor: descriptor)
    }

    /// Takes no new connections; they wait in the socket's backlog, or are refused once it closes.
    package func stopAccepting() async {
        let acceptor = acceptor.withLock { $0.take() }
        await acceptor?.stop()
    }

    /// Tells every client to open no new calls, and closes each connection when its last call ends.
    /// So it goes with connections that are still accepted.
    package func drain() {
        let open = state.withLock { state in
            state.isDraining = true
            return Array(state.connections.values)
        }
        for one in open { one.loop.execute { one.connection.drain() } }
    }

    /// Closes every connection, whatever runs on it.
    package func close() async {
        await stopAccepting()
        let open = state.withLock { Array($0.connections.values) }
        for connection in open { try? await connection.channel.close() }
    }

    package var connectionCount: Int { state.withLock { $0.connections.count } }

    private func open(_ channel: any Channel) throws {
        let peer = try channel.peer()
        let executor = LoopExecutor(turns(of: channel.eventLoop))
        let connection = ServerConnection(
            peer: peer, router: router, settings: settings, executor: executor, time: time)
        let id = ObjectIdentifier(connection)
        try admit(id, peer)
        let handler = ConnectionHandler(
            connection, on: executor, stallTimeout: TimeAmount(settings.slowConsumerTimeout * 2),
            logger: logger, onFirstBytes: { self.state.withLock { $0.admission.heard(id) } })
        let open = OpenConnection(connection: connection, channel: channel)
        let isDraining = state.withLock { state in
            state.connections[id] = open
            return state.isDraining
        }
        if isDraining { connection.drain() }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in
                state.connections[id] = nil
                state.admission.left(id)
            }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func turns(of loop: any EventLoop) -> LoopTurns {
        turns[ObjectIdentifier(loop)] ?? LoopTurns(loop, time: time)
    }

    private func admit(_ id: ObjectIdentifier, _ peer: Peer) throws {
        let now = time.now
        switch state.withLock({ $0.admission.admit(id, uid: peer.uid, at: now) }) {
        case .taken: return
        case .takenInsteadOf(let other):
            state.withLock { $0.connections[other] }?.channel.close(promise: nil)
        case .refused(let refusal):
            if refusal.isNews {
                logger.warning(
                    "connections refused",
                    metadata: ["uid": "\(peer.uid)", "reason": "\(refusal.reason)"])
            }
            throw ChannelError.eof
        }
    }
}
