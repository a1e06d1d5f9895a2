import Models

/// One message as Anthropic wants it: the user and the assistant take turns, and the results of
/// tools are the user's.
struct AnthropicTurn {
    var isAssistant: Bool
    var parts: [ModelPart]

    var role: String { isAssistant ? "assistant" : "user" }

    /// Puts the messages that follow each other from one side together. System messages are not
    /// among them.
    static func all(_ messages: [ModelMessage]) -> [AnthropicTurn] {
        var turns: [AnthropicTurn] = []
        for message in messages where message.role != .system {
            let isAssistant = message.role == .assistant
            let parts = isAssistant ? assistantParts(message) : userParts(message)
            if parts.isEmpty { continue }
            if turns.last?.isAssistant == isAssistant {
                turns[turns.count - 1].parts += parts
            } else {
                turns.append(AnthropicTurn(isAssistant: isAssistant, parts: parts))
            }
        }
        for index in turns.indices where !turns[index].isAssistant {
            turns[index].putResultsFirst()
        }
        return turns
    }

    private static func userParts(_ message: ModelMessage) -> [ModelPart] {
        message.parts.filter { part in
            if case .reasoning = part { return false }
            return !part.isBlankText
        }
    }

    /// Reasoning goes back only with Anthropic's signature: without one it is refused. The pieces
    /// of a stream, text without a signature and then a signature without text, become whole again.
    private static func assistantParts(_ message: ModelMessage) -> [ModelPart] {
        var parts: [ModelPart] = []
        var unsigned = ""
        for part in message.parts where !part.isBlankText {
            guard case .reasoning(let text, let bytes) = part else {
                unsigned = ""
                parts.append(part)
                continue
            }
            unsigned += text
            guard let signature = AnthropicSignature(bytes) else { continue }
            if case .redacted = signature { unsigned = "" }
            parts.append(.reasoning(text: unsigned, signature: bytes))
            unsigned = ""
        }
        return parts
    }

    /// A call is to be answered at the start of the turn behind it.
    private mutating func putResultsFirst() {
        parts = parts.filter(\.isToolResult) + parts.filter { !$0.isToolResult }
    }
}

extension ModelPart {
    /// A text that Anthropic refuses a whole request for: nothing, or white space alone.
    fileprivate var isBlankText: Bool {
        guard case .text(let text) = self else { return false }
        return text.allSatisfy(\.isWhitespace)
    }
}
