import Messages
import RPC
import Synchronization

/// Methods of all four kinds, and one that waits until it is interrupted. Counts its handlers: each
/// that has begun has to end.
final class FuzzService: Sendable {
    private struct Counts {
        var begun = 0
        var ended = 0
    }
    private let counts = Mutex(Counts())

    /// Handlers that have begun.
    var begun: Int { counts.withLock { $0.begun } }

    /// Those of them that have not ended.
    var running: Int { counts.withLock { $0.begun - $0.ended } }

    /// In the order that inputs know them by.
    static let paths = [
        "/laneway.v1.Laneway/Generate", "/laneway.v1.Laneway/Stream", "/a.B/C", "/a.B/Join",
        "/a.B/Wait",
    ]

    var methods: [any Method] {
        [
            TypedMethod<GenerateRequest, GenerateResponse>(
                Self.paths[0],
                .unary { (request, context) async throws(RPCFailure) in
                    try await self.counted { () throws(RPCFailure) in
                        if request.model.isEmpty { throw Self.refusal(request, context) }
                        return GenerateResponse(message: request.messages.first)
                    }
                }),
            TypedMethod<GenerateRequest, StreamResponse>(
                Self.paths[1],
                .serverStreaming { (request, writer, _) async throws(RPCFailure) in
                    try await self.counted { () async throws(RPCFailure) in
                        for _ in 0..<3 { try await writer.write(.text(request.model)) }
                    }
                }),
            TypedMethod<TextPart, TextPart>(
                Self.paths[2],
                .bidirectional { (reader, writer, _) async throws(RPCFailure) in
                    try await self.counted { () async throws(RPCFailure) in
                        while let text = try await reader.next() { try await writer.write(text) }
                    }
                }),
            TypedMethod<TextPart, TextPart>(
                Self.paths[3],
                .clientStreaming { (reader, _) async throws(RPCFailure) in
                    try await self.counted { () async throws(RPCFailure) in
                        var bytes = 0
                        while let text = try await reader.next() { bytes += text.text.utf8.count }
                        return TextPart(text: "\(bytes)")
                    }
                }),
            TypedMethod<TextPart, TextPart>(
                Self.paths[4],
                .unary { (request, _) async throws(RPCFailure) in
                    try await self.counted { () async throws(RPCFailure) in
                        await Self.waitForInterruption()
                        return request
                    }
                }),
        ]
    }

    private func counted<Result>(
        _ run: () async throws(RPCFailure) -> Result
    ) async throws(RPCFailure) -> Result {
        counts.withLock { $0.begun += 1 }
        defer { counts.withLock { $0.ended += 1 } }
        return try await run()
    }

    private static func refusal(_ request: GenerateRequest, _ context: CallContext) -> RPCFailure {
        let message = context.metadata["laneway-call-id"] ?? request.idempotencyKey
        let status = RPCStatusMessage(
            code: 3, message: message,
            details: [AnyMessage(packing: ErrorInfo(reason: "R", domain: request.idempotencyKey))])
        return RPCFailure(.invalidArgument, message, details: status.encoded())
    }

    /// A sequence that nothing is ever put into ends when its reader's task is cancelled.
    private static func waitForInterruption() async {
        let (nothing, end) = AsyncStream<Never>.makeStream()
        for await _ in nothing {}
        end.finish()
    }
}
