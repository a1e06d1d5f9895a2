import Decoding
import Models
import NIOCore

/// Anthropic's Messages API, as Anthropic serves it and others who took it over.
struct Anthropic: Dialect {
    static let usualBaseURL = "https://api.anthropic.com/v1"

    /// The only version there has been since 2023; what changed since came without another.
    static let version = "2023-06-01"

    init(_ settings: ProviderSettings, host: String) {}

    func headers(apiKey: Secret?) -> [ProviderSettings.Header] {
        let key = apiKey.map { [ProviderSettings.Header(name: "x-api-key", value: $0)] } ?? []
        return key + [.init(name: "anthropic-version", value: Secret(Self.version))]
    }

    func path(to target: Target, streams: Bool) -> String { "/messages" }

    func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws(ProviderRefusal) -> ByteBuffer {
        try AnthropicRequestBody(request: request, target: target, streams: streams).write()
    }

    func answer(
        _ body: ByteBuffer, _ errors: UpstreamErrors
    ) throws(ProviderFailure) -> WholeAnswer {
        let bytes = body.readableBytesUInt8Span
        guard let message = try? JSONText.decode(AnthropicMessage.self, from: bytes) else {
            throw errors.broken(
                "answered with \(body.readableBytes.shown) bytes that are not a message")
        }
        if let error = message.error {
            throw errors.inside200(error, kind(of: error, httpStatus: error.status))
        }
        guard let content = message.content else {
            throw errors.broken("answered with a message without content")
        }
        let raw = RawJSON(Array(body.readableBytesView))
        let inputs = raw["content"]?.elements.map { $0["input"]?.text } ?? []
        return WholeAnswer(
            parts: zip(content, inputs).compactMap { $0.part(input: $1 ?? "{}") },
            finishReason: message.stopReason.map { FinishReason(anthropic: $0) } ?? .unknown,
            usage: message.usage.map { Usage($0) }, id: message.id)
    }

    func events(_ errors: UpstreamErrors) -> any StreamEvents { AnthropicEvents(errors: errors) }

    func kind(of error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        AnthropicErrorKind.of(error, httpStatus: httpStatus)
    }
}

extension AnthropicBlock {
    /// The block of a whole answer, or nil for a kind that only tools of Anthropic's own make.
    ///
    /// - Parameter input: of a call, as the body has it.
    fileprivate func part(input: String) -> ModelPart? {
        switch type {
        case "text": text.isEmpty ? nil : .text(text)
        case "thinking" where thinking.isEmpty && signature.isEmpty: nil
        case "thinking":
            .reasoning(text: thinking, signature: AnthropicSignature.bytes(thinking: signature))
        case "redacted_thinking":
            .reasoning(text: "", signature: AnthropicSignature.bytes(redacted: redacted))
        case "tool_use": .toolCall(id: id, name: name, argumentsJSON: input)
        default: nil
        }
    }
}

extension FinishReason {
    /// The `stop_reason` of a message.
    init(anthropic reason: String) {
        self =
            switch reason {
            case "end_turn", "stop_sequence": .stop
            case "max_tokens", "model_context_window_exceeded": .length
            case "tool_use": .toolCalls
            case "refusal": .contentFilter
            // `pause_turn` among them: a pause of tools that run at Anthropic, which are not asked
            // for here.
            default: .other
            }
    }
}
