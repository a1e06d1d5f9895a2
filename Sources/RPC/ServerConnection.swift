package import Clocks
package import NIOCore
package import Wire

/// One client's connection to this server. The first byte says which wire it speaks; from then on
/// the connection of that wire has it.
package final class ServerConnection: Connection {
    private enum State {
        /// Nothing has come. Goes to speaking with the first byte, or to over.
        case silent
        case speaking(any WireConnection)
        /// Drained before it said anything: what it was about to say is still answered. Goes to
        /// speaking with the first byte, to over with the alarm.
        case leaving(AlarmID)
        /// Lost or given up before it said anything.
        case over
    }

    private let server: ServerSide
    private var state = State.silent
    package weak var sink: (any ConnectionSink)? {
        didSet { if case .speaking(let connection) = state { connection.sink = sink } }
    }

    package init(
        peer: Peer, router: Router, settings: ServerSettings, executor: LoopExecutor,
        time: any TimeSource
    ) {
        server = ServerSide(
            peer: peer, router: router, settings: settings, executor: executor, time: time)
    }

    package func receive(_ bytes: RawSpan) throws(ConnectionFailure) {
        guard bytes.byteCount > 0 else { return }
        switch state {
        case .silent: try begin(bytes)
        case .leaving(let alarm):
            server.time.clearAlarm(alarm)
            try begin(bytes)
            drain()
        case .speaking(let connection): try connection.receive(bytes)
        case .over: break
        }
    }

    private func begin(_ bytes: RawSpan) throws(ConnectionFailure) {
        let connection = try connection(speaking: unsafe bytes.unsafeLoad(as: UInt8.self))
        connection.sink = sink
        state = .speaking(connection)
        try connection.receive(bytes)
    }

    /// A frame of ttrpc begins with the upper byte of a length below 16 MiB; HTTP begins with a
    /// letter.
    private func connection(
        speaking first: UInt8
    ) throws(ConnectionFailure) -> any WireConnection {
        first == 0 ? TTRPCServerConnection(server) : try GRPCServerConnection(server)
    }

    package func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure) {
        if case .speaking(let connection) = state { try connection.fill(&buffer, limit: limit) }
    }

    package var isSuspect: Bool {
        if case .speaking(let connection) = state { connection.isSuspect } else { false }
    }

    package var isFinished: Bool {
        switch state {
        case .silent, .leaving: false
        case .speaking(let connection): connection.isFinished
        case .over: true
        }
    }

    /// Calls that run on this connection.
    package var openCalls: Int {
        if case .speaking(let connection) = state { connection.openCalls } else { 0 }
    }

    package func lost() {
        switch state {
        case .speaking(let connection): return connection.lost()
        case .leaving(let alarm): server.time.clearAlarm(alarm)
        case .silent, .over: break
        }
        state = .over
    }

    /// Takes no new calls; those running go on. A client that has connected and not spoken yet may
    /// have a call on its way.
    package func drain() {
        switch state {
        case .speaking(let connection): connection.drain()
        case .silent: state = .leaving(alarmForSilence())
        case .leaving, .over: break
        }
    }

    private func alarmForSilence() -> AlarmID {
        let (held, loop) = (HeldConnection(self), server.executor.loop)
        return server.time.setAlarm(
            at: server.time.now + server.settings.connection.lastWordsTimeout
        ) {
            loop.execute { held.connection?.giveUp() }
        }
    }

    private func giveUp() {
        guard case .leaving = state else { return }
        state = .over
        sink?.flushSoon()
    }
}

/// What a connection, and each of its calls, needs of the server it is of.
///
/// A class, so that calls share it rather than copy it. Confined to the connection's event loop.
final class ServerSide {
    let peer: Peer
    let router: Router
    let settings: ServerSettings
    let executor: LoopExecutor
    let time: any TimeSource
    /// What each call is refused with; nil where the peer may call.
    let refusal: RPCFailure?

    init(
        peer: Peer, router: Router, settings: ServerSettings, executor: LoopExecutor,
        time: any TimeSource
    ) {
        self.peer = peer
        self.router = router
        self.settings = settings
        self.executor = executor
        self.time = time
        refusal = settings.refusal(peer)
    }
}

/// A connection of one wire, and what its calls need of it.
protocol WireConnection: Connection, CallHost {
    var openCalls: Int { get }

    /// Takes no new calls; those running go on.
    func drain()
}
