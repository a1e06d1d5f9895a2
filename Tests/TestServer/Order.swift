import Messages
import RPC

/// Does what one request orders.
struct Order: Sendable {
    let context: CallContext
    let interruptions: Interruptions

    func answer(_ request: GenerateRequest) async throws(RPCFailure) -> StreamResponse {
        let text = Self.text(of: request)
        switch Self.word(of: request) {
        case "size": return .text("\(text.utf8.count)")
        case "large": return .text(String(repeating: "x", count: Self.number(of: request)))
        case "metadata": return .text(metadata)
        case "interruptions": return .text(interruptions.text)
        case "fail": throw failure(Self.number(of: request), text)
        case "wait": throw await waitForInterruption()
        default: return .text(text)
        }
    }

    /// `many/1000` is answered a thousand times where a method can, anything else once.
    static func repeats(of request: GenerateRequest) -> Int {
        word(of: request) == "many" ? number(of: request) : 1
    }

    private var metadata: String {
        let bytes = context.metadata.bytes("laneway-test-bin") ?? []
        return "\(context.metadata["laneway-test"] ?? "none") \(bytes)"
    }

    private func failure(_ number: Int, _ message: String) -> RPCFailure {
        let code = StatusCode(rawValue: Int32(number)) ?? .unknown
        let status = RPCStatusMessage(
            code: code.rawValue, message: message,
            details: [AnyMessage(packing: ErrorInfo(reason: "ORDERED", domain: "laneway.test"))])
        return RPCFailure(code, message, details: status.encoded(), retryPushbackMs: 250)
    }

    private func waitForInterruption() async -> RPCFailure {
        // The interruption cancels this task, and so ends the sleep.
        try? await Task.sleep(for: .seconds(3_600))
        switch context.interruption {
        case .deadline: return RPCFailure(.deadlineExceeded, "the handler saw its deadline pass")
        case .callerLeft: return RPCFailure(.cancelled, "the handler saw its caller leave")
        case .slowConsumer: return RPCFailure(.resourceExhausted, "nobody read the handler")
        case nil: return RPCFailure(.internal, "nothing interrupted the handler")
        }
    }

    private static func text(of request: GenerateRequest) -> String {
        for part in request.messages.flatMap(\.parts) {
            if case .text(let text) = part.kind { return text.text }
        }
        return ""
    }

    private static func word(of request: GenerateRequest) -> Substring {
        request.model.prefix { $0 != "/" }
    }

    private static func number(of request: GenerateRequest) -> Int {
        Int(request.model.drop { $0 != "/" }.dropFirst()) ?? 0
    }
}
