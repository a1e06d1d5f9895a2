internal import Messages
internal import Models

/// Answers of the models, in the words of the contract.
extension Message {
    init(_ message: borrowing ModelMessage) {
        self.init(role: Messages.Role(message.role), parts: message.parts.map(Part.init))
    }
}

extension Messages.Role {
    init(_ role: Models.Role) {
        switch role {
        case .system: self = .system
        case .user: self = .user
        case .assistant: self = .assistant
        case .tool: self = .tool
        }
    }
}

extension Part {
    init(_ part: borrowing ModelPart) {
        switch part {
        case .text(let text): self.init(kind: .text(TextPart(text: text)))
        case .image(let type, .data(let data)):
            self.init(kind: .image(ImagePart(mediaType: type, source: .data(data))))
        case .image(let type, .url(let url)):
            self.init(kind: .image(ImagePart(mediaType: type, source: .url(url))))
        case .toolCall(let id, let name, let arguments):
            self.init(
                kind: .toolCall(ToolCallPart(id: id, name: name, argumentsJSON: arguments)))
        case .toolResult(let id, let text, let isError):
            self.init(
                kind: .toolResult(ToolResultPart(callID: id, text: text, isError: isError)))
        case .reasoning(let text, let signature):
            self.init(kind: .reasoning(ReasoningPart(text: text, signature: signature)))
        }
    }
}

extension StreamResponse {
    init(_ chunk: borrowing Chunk, of call: Call) {
        switch chunk {
        case .text(let text): self.init(event: .text(text))
        case .reasoning(let text, let signature):
            self.init(event: .reasoning(ReasoningDelta(text: text, signature: signature)))
        case .toolCall(let index, let id, let name, let arguments):
            let delta = ToolCallDelta(
                index: Int32(clamping: index), id: id, name: name, argumentsJSON: arguments)
            self.init(event: .toolCall(delta))
        case .finish(let reason, let usage):
            let finish = Finish(
                finishReason: Messages.FinishReason(reason), usage: Messages.Usage(usage),
                call: CallInfo(call.report()))
            self.init(event: .finish(finish))
        }
    }
}

extension Messages.FinishReason {
    init(_ reason: Models.FinishReason) {
        switch reason {
        case .unknown: self = .unspecified
        case .stop: self = .stop
        case .length: self = .length
        case .toolCalls: self = .toolCalls
        case .contentFilter: self = .contentFilter
        case .other: self = .other
        }
    }
}

extension Messages.Usage {
    init(_ usage: Models.Usage) {
        self.init(
            inputTokens: usage.inputTokens, outputTokens: usage.outputTokens,
            cacheReadTokens: usage.cacheReadTokens, cacheWriteTokens: usage.cacheWriteTokens,
            reasoningTokens: usage.reasoningTokens, estimated: usage.estimated)
    }
}
