import Decoding
import Models
import NIOCore

/// OpenAI's Responses API, asked to store nothing: each request carries the whole conversation.
struct OpenAIResponses: Dialect {
    static let usualBaseURL = "https://api.openai.com/v1"

    init(_ settings: ProviderSettings, host: String) {}

    func headers(apiKey: Secret?) -> [ProviderSettings.Header] { .bearer(apiKey) }

    func path(to target: Target, streams: Bool) -> String { "/responses" }

    func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws(ProviderRefusal) -> ByteBuffer {
        try ResponsesRequestBody(request: request, target: target, streams: streams).write()
    }

    func answer(
        _ body: ByteBuffer, _ errors: UpstreamErrors
    ) throws(ProviderFailure) -> WholeAnswer {
        let bytes = body.readableBytesUInt8Span
        guard let answer = try? JSONText.decode(ResponsesAnswer.self, from: bytes) else {
            throw errors.broken(
                "answered with \(body.readableBytes.shown) bytes that are not a response")
        }
        let head = answer.head
        if let error = head.error { throw errors.inside200(error, ResponsesErrorKind.of(error)) }
        guard let output = answer.output else {
            throw errors.broken("answered with a response without output")
        }
        // What is stopped early, `queued` or has no status is no answer either, whatever it holds.
        guard head.status == "completed" || head.status == "incomplete" else {
            throw errors.broken("answered with a response whose status is \(head.status)")
        }
        let parts = Self.parts(of: output)
        return WholeAnswer(
            parts: parts,
            finishReason: head.status == "completed"
                ? .completed(hasCalls: parts.contains(where: \.isToolCall))
                : FinishReason(incompleteFor: head.incompleteReason),
            usage: head.usage.map { Usage($0) }, id: head.id)
    }

    func events(_ errors: UpstreamErrors) -> any StreamEvents { ResponsesEvents(errors: errors) }

    func kind(of error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        ResponsesErrorKind.of(error, httpStatus: httpStatus)
    }

    private static func parts(of output: [ResponsesItem]) -> [ModelPart] {
        var callCount = 0
        return output.compactMap { item in
            switch item {
            case .message(let text): return text.isEmpty ? nil : .text(text)
            case .reasoning(let reasoning): return reasoning.part
            case .call(let call):
                defer { callCount += 1 }
                return .toolCall(
                    id: call.id(index: callCount), name: call.name, argumentsJSON: call.arguments)
            case .other: return nil
            }
        }
    }
}

extension FinishReason {
    /// A completed response does not say whether it ends for its calls.
    static func completed(hasCalls: Bool) -> FinishReason { hasCalls ? .toolCalls : .stop }

    /// The `incomplete_details.reason` of a response.
    init(incompleteFor reason: String) {
        self =
            switch reason {
            case "max_output_tokens": .length
            case "content_filter": .contentFilter
            default: .other
            }
    }
}
