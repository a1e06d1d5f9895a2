import Glibc
import TestHost

/// Serves `grpc.testing.TestService`, what gRPC's interoperability clients call, over a Unix socket
/// and a TCP port. `InteropServer SOCKET` prints where, and runs until it is killed.
@main
enum InteropServer {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: InteropServer SOCKET")
            exit(64)
        }
        try await TestHost(TestService.methods).run(
            path: CommandLine.arguments[1], onLoopback: true)
    }
}
