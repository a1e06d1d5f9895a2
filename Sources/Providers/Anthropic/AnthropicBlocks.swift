import Models

/// The blocks of one stream that have begun, and what chunks they come to.
struct AnthropicBlocks: Sendable {
    private struct Block {
        /// Of a call among the calls; nil for other blocks.
        var toolIndex: Int?
        /// What its start has said already and is given out at its end, unless deltas say it:
        /// some servers put a call's input there and send none.
        var held: Chunk?
    }

    /// By the index that the server gave them.
    private var open: [Int: Block] = [:]
    private var tools = 0

    func isOpen(_ index: Int) -> Bool { open[index] != nil }

    /// - Parameter input: of a call.
    mutating func begin(_ block: AnthropicBlock, at index: Int, input: RawJSON?) -> Chunk? {
        open[index] = Block()
        switch block.type {
        case "text": return block.text.isEmpty ? nil : .text(block.text)
        case "thinking":
            open[index]?.held = .signature(block.signature)
            return .thinking(block.thinking)
        case "redacted_thinking":
            return .reasoning(
                text: "", signature: AnthropicSignature.bytes(redacted: block.redacted))
        case _ where block.isCall: return beginCall(block, at: index, input: input)
        // Of tools that run at Anthropic, which are not asked for here.
        default: return nil
        }
    }

    private mutating func beginCall(
        _ block: AnthropicBlock, at index: Int, input: RawJSON?
    ) -> Chunk {
        let toolIndex = tools
        tools += 1
        open[index]?.toolIndex = toolIndex
        if let input, !input.isEmptyObject {
            open[index]?.held = .arguments(input.text, of: toolIndex)
        }
        return .toolCall(index: toolIndex, id: block.id, name: block.name, argumentsJSON: "")
    }

    mutating func goOn(_ index: Int, with delta: AnthropicDelta) -> Chunk? {
        switch delta.type {
        case "text_delta": return delta.text.isEmpty ? nil : .text(delta.text)
        case "thinking_delta": return .thinking(delta.thinking)
        case "signature_delta":
            return instead(of: index, .signature(delta.signature))
        case "input_json_delta":
            guard let toolIndex = open[index]?.toolIndex else { return nil }
            return instead(of: index, .arguments(delta.partialJSON, of: toolIndex))
        // Citations, which have no place in an answer here.
        default: return nil
        }
    }

    mutating func end(_ index: Int) -> Chunk? {
        open.removeValue(forKey: index)?.held
    }

    private mutating func instead(of index: Int, _ chunk: Chunk?) -> Chunk? {
        if chunk != nil { open[index]?.held = nil }
        return chunk
    }
}

extension AnthropicBlock {
    var isCall: Bool { type == "tool_use" }
}

/// Nil where there is nothing to say.
extension Chunk {
    fileprivate static func thinking(_ text: String) -> Chunk? {
        text.isEmpty ? nil : .reasoning(text: text, signature: [])
    }

    fileprivate static func signature(_ signature: String) -> Chunk? {
        if signature.isEmpty { return nil }
        return .reasoning(text: "", signature: AnthropicSignature.bytes(thinking: signature))
    }

    fileprivate static func arguments(_ json: String, of toolIndex: Int) -> Chunk? {
        if json.isEmpty { return nil }
        return .toolCall(index: toolIndex, id: "", name: "", argumentsJSON: json)
    }
}
