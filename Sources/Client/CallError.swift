internal import Glibc
public import Messages
internal import NIOCore
internal import RPC
internal import Transport

/// How a call failed, with what the daemon says of it.
public struct CallError: Error, Sendable, Hashable {
    /// The gRPC status code by name: RESOURCE_EXHAUSTED.
    public var code: String
    /// The same by number.
    public var codeNumber: Int32
    /// What went wrong, for a person.
    public var message: String
    /// Why, for a program, for example QUEUE_FULL; empty where the daemon was not reached.
    public var reason = ""
    /// Whose the call was, what was tried, how long each part took, where it ended.
    public var info: CallInfo?
    /// When a retry can help: after so long.
    public var retryAfter: Duration?
    /// What a broken stream had used.
    public var partialUsage: Usage?
    /// What the model said in the end, where it would not keep to its schema.
    public var invalidOutput: InvalidOutput?

    init(_ failure: RPCFailure) {
        code = failure.code.name
        codeNumber = failure.code.rawValue
        message = failure.message
        guard let status = try? RPCStatusMessage(decoding: failure.details) else { return }
        info = status.detail()
        reason = status.detail(ErrorInfo.self)?.reason ?? ""
        retryAfter = status.detail(RetryInfo.self)?.retryDelay?.duration
        partialUsage = status.detail()
        invalidOutput = status.detail()
    }

    /// Whatever may go wrong between a program and the daemon.
    init(_ error: any Error, socketPath: String) {
        if let failure = error as? RPCFailure {
            self.init(failure)
        } else if let error = error as? SocketError {
            self.init(RPCFailure(.invalidArgument, error.description))
        } else if error is CancellationError {
            self.init(RPCFailure(.cancelled, "cancelled here"))
        } else {
            self.init(RPCFailure(connecting: error, to: socketPath))
        }
    }
}

extension Attempt {
    /// The attempt's gRPC code by name: UNAVAILABLE.
    public var codeName: String {
        StatusCode(rawValue: code)?.name ?? "\(code)"
    }
}

extension RPCFailure {
    /// Why nobody answers on the socket.
    fileprivate init(connecting error: any Error, to path: String) {
        switch (error as? IOError)?.errnoCode {
        case EACCES:
            self.init(
                .permissionDenied,
                "this user may not use \(path); ask for membership in its group (socket.group)")
        case ENOENT, ECONNREFUSED:
            self.init(
                .unavailable, "no daemon answers on \(path); start one with `laneway serve`")
        default:
            self.init(.unavailable, "cannot connect to \(path): \(error)")
        }
    }
}
