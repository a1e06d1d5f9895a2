import NIOCore
import NIOPosix
import Synchronization

/// A server that does to each connection exactly what a script says, fault by fault. Speaks TCP on
/// loopback or a Unix socket; knows nothing of what it is used to test.
package final class ScriptedUpstream: Sendable {
    package enum Place: Sendable {
        /// A free port of 127.0.0.1.
        case loopback
        case unixSocket(path: String)
    }

    /// `http://127.0.0.1:PORT` or `http+unix://%2F…`, without a slash at its end.
    package let address: String
    /// 0 for a Unix socket.
    package let port: Int
    private let listener: any Channel
    private let record: UpstreamRecord

    /// - Parameter scripts: one for each connection in their order; the last serves all that follow.
    package init(_ scripts: [[UpstreamStep]], at place: Place = .loopback) async throws {
        let record = UpstreamRecord(scripts)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = UpstreamConnection(channel)
                    try channel.pipeline.syncOperations.addHandler(
                        UpstreamHandler(connection, record: record))
                }
            }
        switch place {
        case .loopback:
            listener = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            port = listener.localAddress?.port ?? 0
            address = "http://127.0.0.1:\(port)"
        case .unixSocket(let path):
            listener = try await bootstrap.bind(
                unixDomainSocketPath: path, cleanupExistingSocketFile: true
            ).get()
            port = 0
            address = "http+unix://" + path.split(separator: "/").map { "%2F\($0)" }.joined()
        }
        self.record = record
    }

    /// The requests read so far, in the order of their arrival.
    package var requests: [UpstreamRequest] { record.requests }

    /// How many connections were accepted.
    package var connectionCount: Int { record.connections.count }

    /// Returns when the other side (or the script) has closed the connection of that number.
    package func closed(connection number: Int) async {
        await record.accepted(number).wait()
        await record.connections[number].closed.wait()
    }

    /// Stops listening and closes all connections.
    package func stop() async {
        try? await listener.close().get()
        for connection in record.connections { try? await connection.channel.close().get() }
    }
}

/// What is shared between the listener's connections.
final class UpstreamRecord: Sendable {
    private struct State {
        var connections: [UpstreamConnection] = []
        var requests: [UpstreamRequest] = []
        var gates: [Int: Gate] = [:]
    }

    private let scripts: [[UpstreamStep]]
    private let state = Mutex(State())

    init(_ scripts: [[UpstreamStep]]) {
        self.scripts = scripts
    }

    var requests: [UpstreamRequest] { state.withLock { $0.requests } }
    var connections: [UpstreamConnection] { state.withLock { $0.connections } }

    func note(_ request: UpstreamRequest) {
        state.withLock { $0.requests.append(request) }
    }

    /// Notes the connection and gives its script.
    func accept(_ connection: UpstreamConnection) -> [UpstreamStep] {
        let (number, gate) = state.withLock { state in
            state.connections.append(connection)
            let number = state.connections.count - 1
            return (number, state.gates[number])
        }
        gate?.open()
        return scripts.isEmpty ? [] : scripts[min(number, scripts.count - 1)]
    }

    /// Opens when the connection of that number has been accepted.
    func accepted(_ number: Int) -> Gate {
        state.withLock { state in
            let gate = state.gates[number] ?? Gate()
            state.gates[number] = gate
            if number < state.connections.count { gate.open() }
            return gate
        }
    }
}
