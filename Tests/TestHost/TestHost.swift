internal import Clocks
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix
package import RPC
internal import Transport

/// Serves methods on our runtime with no daemon behind them, until the process is killed.
package struct TestHost: Sendable {
    private let server: SocketServer

    package init(_ methods: [any Method], threads: Int = 2) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        server = SocketServer(
            group: group, router: Router(methods), settings: ServerSettings(),
            time: LoopTime.start(on: group.next()), logger: Logger(label: "test-host"))
    }

    /// Serves the socket at `path`, and where `onLoopback` is set also a TCP port of 127.0.0.1 that
    /// the kernel chooses. Prints both, a line each, once they listen.
    package func run(path: String, onLoopback: Bool = false) async throws {
        let owner = try SocketOwner.claim(try UnixSocketPath(path))
        guard let listener = owner.takeDescriptor() else { exit(70) }
        try await server.serve(descriptor: listener)
        print("unix:\(path)")
        if onLoopback { try await serveLoopback() }
        fflush(nil)
        try await Task.sleep(for: .seconds(86_400))
        owner.close()
    }

    /// The kernel knows no peer of a TCP connection: calls that come this way are of the uid that
    /// stands for nobody.
    private func serveLoopback() async throws {
        let listener = try LoopbackListener()
        let port = listener.port
        try await server.serve(descriptor: listener.descriptor)
        print("127.0.0.1:\(port)")
    }
}
