internal import Clocks
internal import Foundation
public import Messages
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Synchronization
internal import Transport

/// A program's way to the Laneway daemon on its host.
///
/// ```swift
/// let client = LanewayClient(socketPath: "/run/laneway/laneway.sock")
/// let answer = try await client.generate(
///     GenerateRequest(model: "fast", messages: [.user("Hello")]))
/// print(answer.text)
/// ```
///
/// Connects when the first call is made, and again after the daemon has restarted. Calls of many
/// tasks share one connection. Call `close()` when done.
public final class LanewayClient: Sendable {
    /// Where the daemon listens.
    public let socketPath: String
    private let group: MultiThreadedEventLoopGroup
    /// The group is another client's, which shuts it down.
    private let isGuest: Bool
    private let time: any TimeSource
    private let link = Mutex<SocketConnection?>(nil)

    /// Where the daemon of this host listens unless it is told otherwise: `LANEWAY_SOCKET`, else
    /// the path that `laneway serve` takes by itself for this user.
    public static var usualSocketPath: String {
        UnixSocketPath.usual(environment: ProcessInfo.processInfo.environment, uid: geteuid())
    }

    /// - Parameter socketPath: at most 107 bytes, as the kernel has it.
    public init(socketPath: String) {
        self.socketPath = socketPath
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        isGuest = false
        time = LoopTime.start(on: group.next())
    }

    /// A client with a connection of its own on the thread of another. Closed before that one.
    package init(beside other: LanewayClient) {
        socketPath = other.socketPath
        group = other.group
        isGuest = true
        time = other.time
    }

    /// Runs a call to its end.
    ///
    /// - Throws: `CallError`, which says what was tried and where the call ended.
    public func generate(
        _ request: GenerateRequest, options: CallOptions = CallOptions()
    ) async throws(CallError) -> GenerateResponse {
        try await ask("/laneway.v1.Laneway/Generate", request, options: options)
    }

    /// Runs a call and gives its events as they come. Cancelling the task that reads them cancels
    /// the call.
    ///
    /// - Throws: `CallError` when the call cannot begin. What goes wrong later is thrown while
    ///   reading.
    public func stream(
        _ request: GenerateRequest, options: CallOptions = CallOptions()
    ) async throws(CallError) -> CallEvents {
        try await follow("/laneway.v1.Laneway/Stream", request, options: options) { $0 }
    }

    /// One request, one answer.
    func ask<Request: WireMessage, Response: WireMessage>(
        _ path: String, _ request: Request, options: CallOptions = CallOptions()
    ) async throws(CallError) -> Response {
        do {
            let held = try await connection()
            return try await withTaskExecutorPreference(held.executor) {
                let call: ClientCall<Request, Response> = try held.connection.call(
                    path, metadata: options.metadata, timeout: options.timeout,
                    as: (Request.self, Response.self))
                call.send(request)
                call.halfClose()
                guard let answer = try await call.next() else {
                    throw RPCFailure(.internal, "the daemon answered OK without a message")
                }
                return answer
            }
        } catch {
            throw CallError(error, socketPath: socketPath)
        }
    }

    /// One request, a stream of answers.
    func follow<Request: WireMessage, Response: WireMessage, Element: Sendable>(
        _ path: String, _ request: Request, options: CallOptions = CallOptions(),
        _ element: @escaping @Sendable (Response) -> Element
    ) async throws(CallError) -> ServerEvents<Element> {
        do {
            let held = try await connection()
            return try await withTaskExecutorPreference(held.executor) {
                let call: ClientCall<Request, Response> = try held.connection.call(
                    path, metadata: options.metadata, timeout: options.timeout,
                    as: (Request.self, Response.self))
                call.send(request)
                call.halfClose()
                return ServerEvents(
                    call, on: held.executor, socketPath: self.socketPath, element)
            }
        } catch {
            throw CallError(error, socketPath: socketPath)
        }
    }

    /// Closes the connection; calls still running end.
    public func close() async {
        let held = link.withLock { link in
            defer { link = nil }
            return link
        }
        if let held {
            await withTaskExecutorPreference(held.executor) { held.connection.close() }
        }
        if !isGuest { try? await group.shutdownGracefully() }
    }

    /// The one loop of its group.
    var loop: any EventLoop { group.next() }

    func connection() async throws -> SocketConnection {
        if let held = link.withLock({ $0 }), await held.isOpen { return held }
        let path = try UnixSocketPath(socketPath)
        let made = try await SocketClient.connect(
            to: path.description, group: group, time: time)
        link.withLock { $0 = made }
        return made
    }
}

extension SocketConnection {
    fileprivate var isOpen: Bool {
        get async { await withTaskExecutorPreference(executor) { !connection.isClosed } }
    }
}
