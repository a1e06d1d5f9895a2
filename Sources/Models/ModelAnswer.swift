/// Why the model stopped. `unknown` when the provider did not say.
package enum FinishReason: String, Sendable, Hashable {
    case unknown, stop, length, toolCalls, contentFilter, other
}

/// Tokens, as the provider counted them, or as estimated where it did not.
package struct Usage: Sendable, Hashable {
    package var inputTokens: Int = 0
    package var outputTokens: Int = 0
    package var cacheReadTokens: Int = 0
    package var cacheWriteTokens: Int = 0
    package var reasoningTokens: Int = 0
    package var estimated = false

    package init() {}
}

extension Usage {
    /// What an attempt has used of which nothing is known but that upstream was given the prompt.
    package init(promptOf request: ModelRequest) {
        self.init()
        inputTokens = TokenEstimate.tokens(bytes: request.promptBytes)
        estimated = true
    }
}

/// A guess at tokens where nobody counted them.
package enum TokenEstimate {
    /// About four bytes of English are a token.
    package static func tokens(bytes: Int) -> Int {
        (bytes + 3) / 4
    }
}

/// The whole answer of a `generate`.
package struct ModelResponse: Sendable, Hashable {
    private struct Content: Sendable, Hashable {
        var message: ModelMessage
        var finishReason: FinishReason
        var usage: Usage
        var upstreamRequestID: String
        var backOff: Duration?
        var lastTurnUsage: Usage?
    }

    // It passes through every model around a model.
    @Boxed private var content: Content

    package init(
        message: ModelMessage, finishReason: FinishReason, usage: Usage,
        upstreamRequestID: String = ""
    ) {
        _content = Boxed(
            wrappedValue: Content(
                message: message, finishReason: finishReason, usage: usage,
                upstreamRequestID: upstreamRequestID))
    }

    package var message: ModelMessage {
        get { content.message }
        set { content.message = newValue }
    }
    package var finishReason: FinishReason { content.finishReason }
    package var usage: Usage {
        get { content.usage }
        set { content.usage = newValue }
    }
    /// The provider's own id of the request, when it sent one.
    package var upstreamRequestID: String { content.upstreamRequestID }
    /// Upstream says that its rate limit is used up for so long; nil when it says nothing.
    package var backOff: Duration? {
        get { content.backOff }
        set { content.backOff = newValue }
    }
    /// Of its last turn, where there were corrective ones before: `usage` is of all.
    package var lastTurnUsage: Usage? {
        get { content.lastTurnUsage }
        set { content.lastTurnUsage = newValue }
    }
}

/// One streamed piece.
package enum Chunk: Sendable, Hashable {
    case text(String)
    case reasoning(text: String, signature: [UInt8])
    /// `id` and `name` come with the first delta of an index and are empty in the rest.
    case toolCall(index: Int, id: String, name: String, argumentsJSON: String)
    /// The end: exactly one, and nothing after it.
    case finish(FinishReason, Usage)
}
