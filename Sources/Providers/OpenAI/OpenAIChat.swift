import Decoding
import Models
import NIOCore

/// OpenAI's chat completions: OpenAI itself, vLLM, llama.cpp, LM Studio, OpenRouter, Groq and many
/// more.
struct OpenAIChat: Dialect {
    static let usualBaseURL = "https://api.openai.com/v1"

    private let maxTokensField: MaxTokensField

    init(_ settings: ProviderSettings, host: String) {
        maxTokensField =
            settings.maxTokensField
            ?? (host == "api.openai.com" ? .maxCompletionTokens : .maxTokens)
    }

    func headers(apiKey: Secret?) -> [ProviderSettings.Header] { .bearer(apiKey) }

    func path(to target: Target, streams: Bool) -> String { "/chat/completions" }

    func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws(ProviderRefusal) -> ByteBuffer {
        try OpenAIRequestBody(
            request: request, target: target, maxTokensField: maxTokensField, streams: streams
        ).write()
    }

    func answer(
        _ body: ByteBuffer, _ errors: UpstreamErrors
    ) throws(ProviderFailure) -> WholeAnswer {
        let bytes = body.readableBytesUInt8Span
        guard let answer = try? JSONText.decode(OpenAIAnswer.self, from: bytes) else {
            throw errors.broken(
                "answered with \(body.readableBytes.shown) bytes that are not a chat completion")
        }
        if let error = answer.error { throw errors.inside200(error) }
        let choice = answer.choices?.first
        let finishReason = choice?.finishReason.map { FinishReason(openAI: $0) } ?? .unknown
        // Azure leaves the message out where its filter has kept the answer back.
        guard let choice, choice.message != nil || finishReason == .contentFilter else {
            throw errors.broken("answered with a chat completion without a choice")
        }
        let id = answer.id ?? ""
        return WholeAnswer(
            parts: choice.message.map { Self.parts(of: $0, answerID: id) } ?? [],
            finishReason: finishReason,
            usage: answer.usage.map { Usage($0) }, id: id)
    }

    func events(_ errors: UpstreamErrors) -> any StreamEvents { OpenAIEvents(errors: errors) }

    private static func parts(of message: OpenAIMessage, answerID: String) -> [ModelPart] {
        var parts: [ModelPart] = []
        if !message.reasoning.isEmpty {
            parts.append(.reasoning(text: message.reasoning, signature: []))
        }
        if !message.content.isEmpty { parts.append(.text(message.content)) }
        for (index, call) in message.toolCalls.enumerated() {
            parts.append(
                .toolCall(
                    id: OpenAIToolSlots.id(call, index: index, answerID: answerID),
                    name: call.name, argumentsJSON: call.arguments))
        }
        return parts
    }
}

extension [ProviderSettings.Header] {
    /// `Authorization: Bearer …`; nothing where there is no key.
    static func bearer(_ key: Secret?) -> Self {
        key.map { [.init(name: "authorization", value: Secret("Bearer \($0.reveal())"))] } ?? []
    }
}
