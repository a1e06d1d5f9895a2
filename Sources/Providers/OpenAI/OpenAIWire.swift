import Decoding

/// The answers of an OpenAI-compatible server, read leniently: servers leave fields out, set them
/// to null or put their own shapes there, and only what matters may make an answer malformed.
///
/// One shape serves both the whole completion and the chunk of a stream.
struct OpenAIAnswer: JSONReadable {
    var id: String?
    var choices: [OpenAIChoice]?
    var usage: OpenAIUsage<ChatUsageNames>?
    var error: UpstreamErrorBody?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        id = object.lenient("id")
        choices = try object.optional("choices")
        usage = object.lenient("usage")
        error = try object.optional("error")
    }
}

struct OpenAIChoice: JSONReadable {
    var index: Int
    /// `message` of a completion, `delta` of a chunk.
    var message: OpenAIMessage?
    var finishReason: String?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        index = object.lenient("index") ?? 0
        message = try object.optional("delta") ?? object.optional("message")
        finishReason = object.lenient("finish_reason")
    }
}

struct OpenAIMessage: JSONReadable {
    var content: String
    var reasoning: String
    var toolCalls: [OpenAIToolCall]

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        let content: OpenAIText? = try object.optional("content")
        let text = content?.text ?? ""
        // A refusal comes in place of the content and is what the model says.
        self.content = text.isEmpty ? object.lenient("refusal") ?? "" : text
        // DeepSeek, llama.cpp and vLLM use the one name, OpenRouter, Groq and newer vLLM the other;
        // some send both with the same text.
        reasoning = object.lenient("reasoning_content") ?? object.lenient("reasoning") ?? ""
        toolCalls = try object.optional("tool_calls") ?? []
    }
}

/// A text, or the list of typed parts that some servers send in its place.
struct OpenAIText: JSONReadable {
    var text: String

    private struct Part: JSONReadable {
        var text: String?

        init(json: JSONPlace) throws {
            text = try JSONObject(json: json).optional("text")
        }
    }

    init(json: JSONPlace) throws {
        text =
            json.kind == .text
            ? try json.text() : try [Part](json: json).compactMap(\.text).joined()
    }
}

struct OpenAIToolCall: JSONReadable {
    var index: Int?
    var id: String
    var name: String
    var arguments: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        index = object.lenient("index")
        id = object.lenient("id") ?? ""
        let function: JSONObject? = try object.optional("function")
        name = function?.lenient("name") ?? ""
        arguments = try function?.optional("arguments") ?? ""
    }
}
