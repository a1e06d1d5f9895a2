/// Shorter ways to write the messages programs write most.
extension Message {
    /// Instructions to the model.
    public static func system(_ text: String) -> Message {
        Message(role: .system, parts: [.text(text)])
    }

    /// The user's turn.
    public static func user(_ text: String) -> Message {
        Message(role: .user, parts: [.text(text)])
    }

    /// The model's turn.
    public static func assistant(_ text: String) -> Message {
        Message(role: .assistant, parts: [.text(text)])
    }

    /// The result of the tool call of that id. `text` is the result, or with `isError` what failed.
    public static func toolResult(
        callID: String, text: String, isError: Bool = false
    ) -> Message {
        let result = ToolResultPart(callID: callID, text: text, isError: isError)
        return Message(role: .tool, parts: [Part(kind: .toolResult(result))])
    }

    /// All its text parts, joined.
    public var text: String {
        parts.reduce(into: "") { if case .text(let part)? = $1.kind { $0 += part.text } }
    }

    /// The tools the model wants called, in order.
    public var toolCalls: [ToolCallPart] {
        parts.compactMap { if case .toolCall(let call)? = $0.kind { call } else { nil } }
    }
}

extension Part {
    /// Plain text.
    public static func text(_ text: String) -> Part {
        Part(kind: .text(TextPart(text: text)))
    }

    /// An image by its bytes, of a media type such as `image/png`.
    public static func image(_ data: [UInt8], mediaType: String) -> Part {
        Part(kind: .image(ImagePart(mediaType: mediaType, source: .data(data))))
    }

    /// An image by an address the provider can fetch.
    public static func image(url: String) -> Part {
        Part(kind: .image(ImagePart(source: .url(url))))
    }
}

extension GenerateResponse {
    /// All the text of the answer; empty when there is none.
    public var text: String { message?.text ?? "" }
}

extension StreamResponse {
    /// A piece of text.
    public static func text(_ text: String) -> StreamResponse {
        StreamResponse(event: .text(text))
    }

    /// Its piece of text, when that is what it is.
    public var text: String? {
        if case .text(let text)? = event { text } else { nil }
    }
}

extension ToolChoice {
    /// The model decides.
    public static var auto: ToolChoice { ToolChoice(mode: .auto) }

    /// At least one tool is called.
    public static var required: ToolChoice { ToolChoice(mode: .required) }

    /// The tool of that name is called.
    public static func named(_ name: String) -> ToolChoice { ToolChoice(mode: .named, name: name) }
}

extension ResponseFormat {
    /// Any one JSON object.
    public static var jsonObject: ResponseFormat { ResponseFormat(kind: .jsonObject) }

    /// JSON that satisfies a JSON Schema, itself given as JSON text.
    public static func jsonSchema(
        name: String, schemaJSON: String, strict: Bool = true
    ) -> ResponseFormat {
        let schema = JSONSchema(name: name, schemaJSON: schemaJSON, strict: strict)
        return ResponseFormat(kind: .jsonSchema, jsonSchema: schema)
    }
}
