package import Clocks
internal import Logging
internal import NIOCore
package import NIOPosix
package import RPC

/// Connects to a daemon's Unix socket.
package enum SocketClient {
    /// - Returns: a connection confined to its executor's loop; use it in tasks on that executor.
    package static func connect(
        to path: String, group: MultiThreadedEventLoopGroup, time: any TimeSource
    ) async throws -> SocketConnection {
        let loop = group.next()
        let executor = LoopExecutor(LoopTurns(loop, time: time))
        let connection = try ClientConnection(executor: executor, time: time)
        let held = SocketConnection(connection)
        _ = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let logger = Logger(label: "laneway.client") { _ in SwiftLogNoOpLogHandler() }
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(held.connection, on: executor, logger: logger))
                }
            }
            .connect(unixDomainSocketPath: path)
            .get()
        return held
    }
}

/// A client's connection, held from outside its loop.
package struct SocketConnection: @unchecked Sendable {
    // Sendable by hand: `connection` is only used in tasks on `executor`, which is its loop's.
    package let connection: ClientConnection

    init(_ connection: ClientConnection) {
        self.connection = connection
    }

    package var executor: LoopExecutor { connection.executor }
}
