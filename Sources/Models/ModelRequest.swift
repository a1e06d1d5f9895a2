/// Who a message is from.
package enum Role: String, Sendable, Hashable {
    case system, user, assistant, tool
}

/// One turn of a conversation.
package struct ModelMessage: Sendable, Hashable {
    package var role: Role
    package var parts: [ModelPart]

    package init(role: Role, parts: [ModelPart]) {
        self.role = role
        self.parts = parts
    }

    /// All its text parts, joined.
    package var text: String {
        if parts.count == 1, case .text(let text) = parts[0] { return text }
        return parts.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }
}

/// One piece of a message.
package enum ModelPart: Sendable, Hashable {
    case text(String)
    case image(mediaType: String, ImageSource)
    /// A call of a tool by the model; `argumentsJSON` is exactly as the model wrote it.
    case toolCall(id: String, name: String, argumentsJSON: String)
    case toolResult(callID: String, text: String, isError: Bool)
    /// Reasoning, with the provider's opaque signature.
    case reasoning(text: String, signature: [UInt8])
}

package enum ImageSource: Sendable, Hashable {
    case data([UInt8])
    case url(String)
}

/// A tool the model may call; `parametersJSON` is a JSON Schema, empty for no arguments.
package struct ModelTool: Sendable, Hashable {
    package var name: String
    package var description: String
    package var parametersJSON: String
    package var strict: Bool

    package init(name: String, description: String, parametersJSON: String, strict: Bool) {
        self.name = name
        self.description = description
        self.parametersJSON = parametersJSON
        self.strict = strict
    }
}

package enum ToolChoice: Sendable, Hashable {
    case auto, none, required
    case named(String)
}

package enum ResponseFormat: Sendable, Hashable {
    case text, jsonObject
    case jsonSchema(name: String, schemaJSON: String, strict: Bool)
}

/// What is asked of a model, whatever wire it came by.
package struct ModelRequest: Sendable, Hashable {
    private struct Content: Sendable, Hashable {
        var messages: [ModelMessage]
        var tools: [ModelTool]
        var toolChoice: ToolChoice
        var temperature: Double?
        var topP: Double?
        var maxOutputTokens: Int?
        var stop: [String]
        var seed: Int64?
        var responseFormat: ResponseFormat
        var effort: ReasoningEffort?
    }

    // It passes through every model around a model, and some keep it.
    @Boxed private var content: Content

    package init(
        messages: [ModelMessage], tools: [ModelTool] = [], toolChoice: ToolChoice = .auto,
        temperature: Double? = nil, topP: Double? = nil, maxOutputTokens: Int? = nil,
        stop: [String] = [], seed: Int64? = nil, responseFormat: ResponseFormat = .text,
        effort: ReasoningEffort? = nil
    ) {
        _content = Boxed(
            wrappedValue: Content(
                messages: messages, tools: tools, toolChoice: toolChoice, temperature: temperature,
                topP: topP, maxOutputTokens: maxOutputTokens, stop: stop, seed: seed,
                responseFormat: responseFormat, effort: effort))
    }

    /// Bytes of prompt, for the lane's bound on what may wait: text, arguments, images, schemas.
    package var promptBytes: Int {
        var bytes = 0
        for message in messages { for part in message.parts { bytes += part.bytes } }
        for tool in tools {
            bytes += tool.name.utf8.count + tool.description.utf8.count
            bytes += tool.parametersJSON.utf8.count
        }
        if case .jsonSchema(_, let schema, _) = responseFormat { bytes += schema.utf8.count }
        return bytes
    }
}

extension ModelRequest {
    package var messages: [ModelMessage] {
        get { content.messages }
        set { content.messages = newValue }
    }
    package var tools: [ModelTool] {
        get { content.tools }
        set { content.tools = newValue }
    }
    package var toolChoice: ToolChoice {
        get { content.toolChoice }
        set { content.toolChoice = newValue }
    }
    package var temperature: Double? {
        get { content.temperature }
        set { content.temperature = newValue }
    }
    package var topP: Double? {
        get { content.topP }
        set { content.topP = newValue }
    }
    /// nil leaves it to the provider.
    package var maxOutputTokens: Int? {
        get { content.maxOutputTokens }
        set { content.maxOutputTokens = newValue }
    }
    package var stop: [String] {
        get { content.stop }
        set { content.stop = newValue }
    }
    package var seed: Int64? {
        get { content.seed }
        set { content.seed = newValue }
    }
    package var responseFormat: ResponseFormat {
        get { content.responseFormat }
        set { content.responseFormat = newValue }
    }
    /// The request's own wish; a target's suffix wins over it.
    package var effort: ReasoningEffort? {
        get { content.effort }
        set { content.effort = newValue }
    }
}

extension ModelPart {
    var bytes: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .image(_, .data(let data)): data.count
        case .image(_, .url(let url)): url.utf8.count
        case .toolCall(let id, let name, let arguments):
            id.utf8.count + name.utf8.count + arguments.utf8.count
        case .toolResult(let id, let text, _): id.utf8.count + text.utf8.count
        case .reasoning(let text, let signature): text.utf8.count + signature.count
        }
    }
}
