import Messages
import Models

/// The names of OpenTelemetry's semantic conventions for generative AI, and what they are set to.
/// https://github.com/open-telemetry/semantic-conventions-genai
enum GenAI {
    /// `gen_ai.operation.name`: all that is done here.
    static let operation = "chat"

    /// What a span and a series of metrics both say of an attempt.
    static func set(
        _ attributes: inout Attributes, _ target: Target, _ provider: ProviderIdentity
    ) {
        attributes.set("gen_ai.operation.name", operation)
        attributes.set("gen_ai.provider.name", provider.name)
        attributes.set("gen_ai.request.model", target.model)
        attributes.set("server.address", provider.address)
        if provider.port > 0 { attributes.set("server.port", provider.port) }
        attributes.set("laneway.provider", target.provider)
    }

    static func set(_ attributes: inout Attributes, _ usage: Models.Usage) {
        attributes.set("gen_ai.usage.input_tokens", usage.inputTokens)
        attributes.set("gen_ai.usage.output_tokens", usage.outputTokens)
        let rarer = [
            ("gen_ai.usage.cache_read.input_tokens", usage.cacheReadTokens),
            ("gen_ai.usage.cache_creation.input_tokens", usage.cacheWriteTokens),
            ("gen_ai.usage.reasoning.output_tokens", usage.reasoningTokens),
        ]
        for (name, count) in rarer where count > 0 { attributes.set(name, count) }
        attributes.set("laneway.usage.estimated", usage.estimated)
    }

    static func set(_ attributes: inout Attributes, _ asked: AskedSettings) {
        attributes.set("gen_ai.request.max_tokens", asked.maxOutputTokens)
        attributes.set("gen_ai.request.temperature", asked.temperature)
        attributes.set("gen_ai.request.top_p", asked.topP)
        attributes.set("gen_ai.request.seed", asked.seed.map(Int.init))
        if asked.wantsJSON { attributes.set("gen_ai.output.type", "json") }
    }

    static func finishReason(_ reason: Models.FinishReason) -> String? {
        switch reason {
        case .unknown: nil
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        case .other: "other"
        }
    }
}

extension FailureReason {
    /// A client that has what it wants and leaves is no failure of anybody.
    var isError: Bool { self != .callerLeft }

    /// `error.type`; nil where nothing failed.
    var errorType: String? { isError ? rawValue : nil }

    /// The conventions of RPC: a server's span is in error for what is the server's fault.
    var isServersFault: Bool {
        switch code {
        case .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss: true
        default: false
        }
    }
}
