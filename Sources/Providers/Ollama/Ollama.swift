import Decoding
import Models
import NIOCore

/// Ollama's own chat (`/api/chat`). Its OpenAI-compatible door knows neither thinking nor options.
struct Ollama: Dialect {
    static let usualBaseURL = "http://127.0.0.1:11434"

    init(_ settings: ProviderSettings, host: String) {}

    /// A server of one's own asks for no key; Ollama's cloud and the proxies before servers do.
    func headers(apiKey: Secret?) -> [ProviderSettings.Header] { .bearer(apiKey) }

    func path(to target: Target, streams: Bool) -> String { "/api/chat" }

    func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws(ProviderRefusal) -> ByteBuffer {
        try OllamaRequestBody(request: request, target: target, streams: streams).write()
    }

    var framing: StreamFraming { .lines }

    func answer(
        _ body: ByteBuffer, _ errors: UpstreamErrors
    ) throws(ProviderFailure) -> WholeAnswer {
        let bytes = body.readableBytesUInt8Span
        guard let answer = try? JSONText.decode(OllamaAnswer.self, from: bytes) else {
            throw errors.broken(
                "answered with \(body.readableBytes.shown) bytes that are not a chat answer")
        }
        if let error = answer.error { throw errors.inside200(error, OllamaErrorKind.of(error)) }
        guard let message = answer.message else {
            throw errors.broken("answered without a message")
        }
        // One line of a stream is as good JSON as the whole answer.
        if answer.done == false { throw errors.broken("answered with a part of its answer") }
        return WholeAnswer(
            parts: Self.parts(of: message, answer),
            finishReason: FinishReason(
                ollama: answer.doneReason, hasCalls: !message.toolCalls.isEmpty),
            usage: Usage(answer))
    }

    func events(_ errors: UpstreamErrors) -> any StreamEvents { OllamaEvents(errors: errors) }

    func kind(of error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        OllamaErrorKind.of(error, httpStatus: httpStatus)
    }

    private static func parts(of message: OllamaMessage, _ answer: OllamaAnswer) -> [ModelPart] {
        var parts: [ModelPart] = []
        if !message.thinking.isEmpty {
            parts.append(.reasoning(text: message.thinking, signature: []))
        }
        if !message.content.isEmpty { parts.append(.text(message.content)) }
        for (index, call) in message.toolCalls.enumerated() {
            parts.append(
                .toolCall(
                    id: call.id(index: index, answeredAt: answer.createdAt), name: call.name,
                    argumentsJSON: call.arguments))
        }
        return parts
    }
}
