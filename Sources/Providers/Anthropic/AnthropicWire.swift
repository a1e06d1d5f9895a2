import Decoding

/// Anthropic's answers, read leniently: those who took the API over leave fields out or set them to
/// null, and only what matters may make an answer malformed.

/// A whole answer, the start of one in `message_start`, or an error in its place.
struct AnthropicMessage: JSONReadable {
    var id: String
    var content: [AnthropicBlock]?
    var stopReason: String?
    var usage: AnthropicUsage?
    var error: UpstreamErrorBody?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        id = object.lenient("id") ?? ""
        content = try object.optional("content")
        stopReason = object.lenient("stop_reason")
        usage = object.lenient("usage")
        error = try object.optional("error")
    }
}

/// A block of content. Its `input` is not here: it is taken from the text, as it was written.
struct AnthropicBlock: JSONReadable {
    var type: String
    var text: String
    var thinking: String
    var signature: String
    /// The `data` of redacted thinking.
    var redacted: String
    var id: String
    var name: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        type = try object.required("type")
        text = try object.optional("text") ?? ""
        thinking = object.lenient("thinking") ?? ""
        signature = object.lenient("signature") ?? ""
        redacted = object.lenient("data") ?? ""
        id = object.lenient("id") ?? ""
        name = object.lenient("name") ?? ""
    }
}

/// An event of a stream: one shape for all of them, told apart by `type`.
struct AnthropicEvent: JSONReadable {
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

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        type = object.lenient("type") ?? ""
        index = object.lenient("index") ?? 0
        message = object.lenient("message")
        block = try object.optional("content_block")
        delta = try object.optional("delta")
        usage = object.lenient("usage")
        error = try object.optional("error")
    }
}

/// What is new in a block, or of the message.
struct AnthropicDelta: JSONReadable {
    var type: String
    var text: String
    var partialJSON: String
    var thinking: String
    var signature: String
    var stopReason: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        type = object.lenient("type") ?? ""
        text = try object.optional("text") ?? ""
        partialJSON = try object.optional("partial_json") ?? ""
        thinking = object.lenient("thinking") ?? ""
        signature = object.lenient("signature") ?? ""
        stopReason = object.lenient("stop_reason") ?? ""
    }
}
