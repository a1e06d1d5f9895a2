import Clocks
import Glibc
import Logging
import NIOPosix
import RPC
import Transport

/// Serves `laneway.test.Kinds` over a Unix socket: the four kinds of calls on our runtime with no
/// daemon behind them, for stock gRPC clients to drive. `TestServer SOCKET` runs until it is killed.
@main
enum TestServer {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: TestServer SOCKET")
            exit(64)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = SocketServer(
            group: group, router: Router(Kinds().methods), settings: ServerSettings(),
            time: LoopTime.start(on: group.next()), logger: Logger(label: "test-server"))
        let owner = try SocketOwner.claim(try UnixSocketPath(CommandLine.arguments[1]))
        guard let listener = owner.takeDescriptor() else { exit(70) }
        try await server.serve(descriptor: listener)
        try await Task.sleep(for: .seconds(86_400))
        owner.close()
    }
}
