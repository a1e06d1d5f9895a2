import Glibc
import Messages
import RPC
import TestHost

/// The bare echo on Laneway's own runtime, with no daemon behind it: what the peers' servers do, and
/// so how much of a call's cost is the runtime's and how much the daemon's. `Generate` says the last
/// message back; `Stream` says it so many times, one message a write, and finishes.
@main
enum RuntimeEcho {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 3, let messages = Int(words[2]), messages >= 0 else {
            print("usage: RuntimeEcho SOCKET STREAM_MESSAGES")
            exit(64)
        }
        try await TestHost([generate, stream(messages)], threads: 1).run(path: words[1])
    }

    private static let generate = TypedMethod<GenerateRequest, GenerateResponse>(
        "/laneway.v1.Laneway/Generate",
        .unary { (request, _) async throws(RPCFailure) in
            let part = Part(kind: .text(TextPart(text: lastText(of: request))))
            return GenerateResponse(
                message: Message(role: .assistant, parts: [part]), finishReason: .stop)
        })

    private static func stream(_ messages: Int) -> any Method {
        TypedMethod<GenerateRequest, StreamResponse>(
            "/laneway.v1.Laneway/Stream",
            .serverStreaming { (request, writer, _) async throws(RPCFailure) in
                let text = lastText(of: request)
                for _ in 0..<messages {
                    try await writer.write(StreamResponse(event: .text(text)))
                }
                try await writer.write(StreamResponse(event: .finish(Finish(finishReason: .stop))))
            })
    }

    private static func lastText(of request: GenerateRequest) -> String {
        guard case .text(let part)? = request.messages.last?.parts.last?.kind else { return "" }
        return part.text
    }
}
