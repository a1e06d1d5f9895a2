internal import Messages
internal import Models

/// A request of the contract, in the words of the models. Refuses what has no such words; what
/// makes no sense is left for `ModelRequest.check`.
extension ModelRequest {
    init(_ request: borrowing GenerateRequest) throws(Refusal) {
        var messages: [ModelMessage] = []
        messages.reserveCapacity(request.messages.count)
        for (place, message) in request.messages.enumerated() {
            messages.append(try ModelMessage(message, at: place))
        }
        self.init(
            messages: messages, tools: request.tools.map(ModelTool.init),
            toolChoice: try Models.ToolChoice(request.toolChoice),
            temperature: request.temperature, topP: request.topP,
            maxOutputTokens: request.maxOutputTokens > 0 ? request.maxOutputTokens : nil,
            stop: request.stop, seed: request.seed.map(Int64.init),
            responseFormat: try Models.ResponseFormat(request.responseFormat),
            effort: try Models.ReasoningEffort(request.reasoningEffort))
    }
}

extension ModelMessage {
    init(_ message: borrowing Message, at place: Int) throws(Refusal) {
        var parts: [ModelPart] = []
        parts.reserveCapacity(message.parts.count)
        for part in message.parts { parts.append(try ModelPart(part, at: place)) }
        self.init(role: try Models.Role(message.role, at: place), parts: parts)
    }
}

extension Models.Role {
    init(_ role: Messages.Role, at place: Int) throws(Refusal) {
        switch role {
        case .system: self = .system
        case .user: self = .user
        case .assistant: self = .assistant
        case .tool: self = .tool
        case .unspecified, .unrecognized:
            throw Refusal(
                .badRequest,
                "messages[\(place)].role is \(role.rawValue); it is 1 (system), 2 (user), "
                    + "3 (assistant) or 4 (tool)")
        }
    }
}

extension ModelPart {
    init(_ part: borrowing Part, at place: Int) throws(Refusal) {
        switch part.kind {
        case .text(let text): self = .text(text.text)
        case .image(let image): self = .image(mediaType: image.mediaType, ImageSource(image))
        case .toolCall(let call):
            self = .toolCall(id: call.id, name: call.name, argumentsJSON: call.argumentsJSON)
        case .toolResult(let result):
            self = .toolResult(callID: result.callID, text: result.text, isError: result.isError)
        case .reasoning(let reasoning):
            self = .reasoning(text: reasoning.text, signature: reasoning.signature)
        case nil:
            throw Refusal(
                .badRequest,
                "messages[\(place)] has a part without a kind, or of one this daemon does not know")
        }
    }
}

extension ImageSource {
    init(_ image: ImagePart) {
        switch image.source {
        case .data(let data): self = .data(data)
        case .url(let url): self = .url(url)
        case nil: self = .url("")
        }
    }
}

extension ModelTool {
    init(_ tool: Tool) {
        self.init(
            name: tool.name, description: tool.description, parametersJSON: tool.parametersJSON,
            strict: tool.strict)
    }
}

extension Models.ToolChoice {
    init(_ choice: Messages.ToolChoice?) throws(Refusal) {
        switch choice?.mode {
        case nil, .unspecified, .auto: self = .auto
        case .none?: self = .none
        case .required: self = .required
        case .named: self = .named(choice?.name ?? "")
        case .unrecognized(let number):
            throw Refusal(
                .badRequest,
                "tool_choice.mode is \(number); it is 0 to 4 (auto, none, required, named)")
        }
    }
}

extension Models.ResponseFormat {
    init(_ format: Messages.ResponseFormat?) throws(Refusal) {
        switch format?.kind {
        case nil, .unspecified, .text: self = .text
        case .jsonObject: self = .jsonObject
        case .jsonSchema:
            let schema = format?.jsonSchema ?? JSONSchema()
            self = .jsonSchema(
                name: schema.name, schemaJSON: schema.schemaJSON, strict: schema.strict)
        case .unrecognized(let number):
            throw Refusal(
                .badRequest,
                "response_format.kind is \(number); it is 0 to 3 (text, json_object, json_schema)")
        }
    }
}

extension Models.ReasoningEffort {
    init?(_ effort: Messages.ReasoningEffort) throws(Refusal) {
        switch effort {
        case .unspecified: return nil
        case .minimal: self = .minimal
        case .low: self = .low
        case .medium: self = .medium
        case .high: self = .high
        case .unrecognized(let number):
            throw Refusal(
                .badRequest,
                "reasoning_effort is \(number); it is 0 to 4 (minimal, low, medium, high)")
        }
    }
}
