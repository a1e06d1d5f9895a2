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
    package var message: ModelMessage
    package var finishReason: FinishReason
    package var usage: Usage
    /// The provider's own id of the request, when it sent one.
    package var upstreamRequestID: String
    /// Upstream says that its rate limit is used up for so long; nil when it says nothing.
    package var backOff: Duration?
    /// Of its last turn, where there were corrective ones before: `usage` is of all.
    package var lastTurnUsage: Usage?

    package init(
        message: ModelMessage, finishReason: FinishReason, usage: Usage,
        upstreamRequestID: String = ""
    ) {
        self.message = message
        self.finishReason = finishReason
        self.usage = usage
        self.upstreamRequestID = upstreamRequestID
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
