import Clocks
import Glibc
import Logging
import Messages
import NIOCore
import NIOPosix
import Patience
import RPC
import Testing

@testable import Transport

/// A server on a real Unix socket and clients of it, for what only a socket can show.
final class LiveServer {
    static let path = "/laneway.test.Socket/Call"

    let scratch: SocketScratch
    let server: SocketServer
    /// The server's listening socket: its own to close.
    let listener: CInt
    private let group: MultiThreadedEventLoopGroup
    private let time: WheelTime

    init(
        _ method: any Method, settings: ServerSettings = ServerSettings(),
        limits: SocketLimits = SocketLimits()
    ) async throws {
        scratch = try SocketScratch()
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        time = LoopTime.start(on: group.next())
        server = SocketServer(
            group: group, router: Router([method]), settings: settings, limits: limits,
            time: time, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        listener = try SocketScratch.leaveBehind(try scratch.path.description, listening: true)
        try await server.serve(descriptor: listener)
    }

    func connect() async throws -> SocketConnection {
        try await SocketClient.connect(to: try scratch.path.description, group: group, time: time)
    }

    func stop() async throws {
        await server.close()
        try await group.shutdownGracefully()
    }

    /// Returns when the server's loop has done all it was told to before.
    func settle() async throws {
        for _ in 0..<3 { try await group.next().submit {}.get() }
    }

    /// Begins a call of texts, sends one and says that no more come.
    static func begin(_ text: String, on held: SocketConnection) async throws -> Call {
        try await withTaskExecutorPreference(held.executor) {
            let call = try held.connection.call(
                path, metadata: Metadata(), timeout: nil,
                as: (TextPart.self, TextPart.self))
            call.send(TextPart(text: text))
            call.halfClose()
            return call
        }
    }

    typealias Call = ClientCall<TextPart, TextPart>

    /// Waits for something another thread brings about. For real sockets only.
    static func eventually(_ what: () -> Bool) async -> Bool {
        let limit = ContinuousClock.now.advanced(by: Patience.stretched(.seconds(20)))
        while ContinuousClock.now < limit {
            if what() { return true }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return what()
    }
}

extension SocketConnection {
    /// Reads so many answers, or all; throws what the call throws.
    func read(_ call: LiveServer.Call, atMost count: Int = .max) async throws -> [String] {
        try await withTaskExecutorPreference(executor) {
            var texts: [String] = []
            while texts.count < count, let message = try await call.next() {
                texts.append(message.text)
            }
            return texts
        }
    }
}
