/// Anthropic's answers, read leniently: those who took the API over leave fields out or set them to
/// null, and only what matters may make an answer malformed.

/// A whole answer, the start of one in `message_start`, or an error in its place.
struct AnthropicMessage: Decodable {
    var id: String
    var content: [AnthropicBlock]?
    var stopReason: String?
    var usage: AnthropicUsage?
    var error: UpstreamErrorBody?

    private enum CodingKeys: String, CodingKey {
        case id, content, usage, error
        case stopReason = "stop_reason"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = container.lenient(String.self, .id) ?? ""
        content = try container.decodeIfPresent([AnthropicBlock].self, forKey: .content)
        stopReason = container.lenient(String.self, .stopReason)
        usage = container.lenient(AnthropicUsage.self, .usage)
        error = try container.decodeIfPresent(UpstreamErrorBody.self, forKey: .error)
    }
}

/// A block of content. Its `input` is not here: it is taken from the text, as it was written.
struct AnthropicBlock: Decodable {
    var type: String
    var text: String
    var thinking: String
    var signature: String
    /// The `data` of redacted thinking.
    var redacted: String
    var id: String
    var name: String

    private enum CodingKeys: String, CodingKey {
        case type, text, thinking, signature, id, name
        case redacted = "data"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decode(String.self, forKey: .type)
        text = try container.decodeIfPresent(String.self, forKey: .text) ?? ""
        thinking = container.lenient(String.self, .thinking) ?? ""
        signature = container.lenient(String.self, .signature) ?? ""
        redacted = container.lenient(String.self, .redacted) ?? ""
        id = container.lenient(String.self, .id) ?? ""
        name = container.lenient(String.self, .name) ?? ""
    }
}

/// An event of a stream: one shape for all of them, told apart by `type`.
struct AnthropicEvent: Decodable {
    var type: String
    /// Of the block that the event is about.
    var index: Int
    /// Of `message_start`.
    var message: AnthropicMessage?
    /// Of `content_block_start`.
    var block: AnthropicBlock?
    /// Of `content_block_delta` and `message_delta`.
    var delta: AnthropicDelta?
    /// Of `message_delta`.
    var usage: AnthropicUsage?
    var error: UpstreamErrorBody?

    private enum CodingKeys: String, CodingKey {
        case type, index, message, delta, usage, error
        case block = "content_block"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = container.lenient(String.self, .type) ?? ""
        index = container.lenient(Int.self, .index) ?? 0
        message = container.lenient(AnthropicMessage.self, .message)
        block = try container.decodeIfPresent(AnthropicBlock.self, forKey: .block)
        delta = try container.decodeIfPresent(AnthropicDelta.self, forKey: .delta)
        usage = container.lenient(AnthropicUsage.self, .usage)
        error = try container.decodeIfPresent(UpstreamErrorBody.self, forKey: .error)
    }
}

/// What is new in a block, or of the message.
struct AnthropicDelta: Decodable {
    var type: String
    var text: String
    var partialJSON: String
    var thinking: String
    var signature: String
    var stopReason: String

    private enum CodingKeys: String, CodingKey {
        case type, text, thinking, signature
        case partialJSON = "partial_json"
        case stopReason = "stop_reason"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = container.lenient(String.self, .type) ?? ""
        text = try container.decodeIfPresent(String.self, forKey: .text) ?? ""
        partialJSON = try container.decodeIfPresent(String.self, forKey: .partialJSON) ?? ""
        thinking = container.lenient(String.self, .thinking) ?? ""
        signature = container.lenient(String.self, .signature) ?? ""
        stopReason = container.lenient(String.self, .stopReason) ?? ""
    }
}
