import Glibc
import TestHost

/// Serves `laneway.test.Kinds` over a Unix socket: the four kinds of calls on our runtime with no
/// daemon behind them, for stock gRPC clients to drive. `TestServer SOCKET` runs until it is killed.
@main
enum TestServer {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: TestServer SOCKET")
            exit(64)
        }
        try await TestHost(Kinds().methods).run(path: CommandLine.arguments[1])
    }
}
