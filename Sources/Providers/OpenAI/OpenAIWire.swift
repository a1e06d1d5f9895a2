/// The answers of an OpenAI-compatible server, read leniently: servers leave fields out, set them
/// to null or put their own shapes there, and only what matters may make an answer malformed.
///
/// One shape serves both the whole completion and the chunk of a stream.
struct OpenAIAnswer: Decodable {
    var id: String?
    var choices: [OpenAIChoice]?
    var usage: OpenAIUsage<ChatUsageNames>?
    var error: UpstreamErrorBody?

    private enum CodingKeys: CodingKey { case id, choices, usage, error }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = container.lenient(String.self, .id)
        choices = try container.decodeIfPresent([OpenAIChoice].self, forKey: .choices)
        usage = container.lenient(OpenAIUsage<ChatUsageNames>.self, .usage)
        error = try container.decodeIfPresent(UpstreamErrorBody.self, forKey: .error)
    }
}

struct OpenAIChoice: Decodable {
    var index: Int
    /// `message` of a completion, `delta` of a chunk.
    var message: OpenAIMessage?
    var finishReason: String?

    private enum CodingKeys: String, CodingKey {
        case index, message, delta
        case finishReason = "finish_reason"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        index = container.lenient(Int.self, .index) ?? 0
        message =
            try container.decodeIfPresent(OpenAIMessage.self, forKey: .delta)
            ?? container.decodeIfPresent(OpenAIMessage.self, forKey: .message)
        finishReason = container.lenient(String.self, .finishReason)
    }
}

struct OpenAIMessage: Decodable {
    var content: String
    var reasoning: String
    var toolCalls: [OpenAIToolCall]

    private enum CodingKeys: String, CodingKey {
        case content, refusal, reasoning
        case reasoningContent = "reasoning_content"
        case toolCalls = "tool_calls"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decodeIfPresent(OpenAIText.self, forKey: .content)?.text ?? ""
        // A refusal comes in place of the content and is what the model says.
        content = text.isEmpty ? container.lenient(String.self, .refusal) ?? "" : text
        // DeepSeek, llama.cpp and vLLM use the one name, OpenRouter, Groq and newer vLLM the other;
        // some send both with the same text.
        reasoning =
            container.lenient(String.self, .reasoningContent)
            ?? container.lenient(String.self, .reasoning) ?? ""
        toolCalls =
            try container.decodeIfPresent([OpenAIToolCall].self, forKey: .toolCalls) ?? []
    }
}

/// A text, or the list of typed parts that some servers send in its place.
struct OpenAIText: Decodable {
    var text: String

    private struct Part: Decodable {
        var text: String?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else {
            text = try container.decode([Part].self).compactMap(\.text).joined()
        }
    }
}

struct OpenAIToolCall: Decodable {
    var index: Int?
    var id: String
    var name: String
    var arguments: String

    private enum CodingKeys: CodingKey { case index, id, function }
    private enum FunctionKeys: CodingKey { case name, arguments }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        index = container.lenient(Int.self, .index)
        id = container.lenient(String.self, .id) ?? ""
        guard container.contains(.function), !(try container.decodeNil(forKey: .function)) else {
            (name, arguments) = ("", "")
            return
        }
        let function = try container.nestedContainer(keyedBy: FunctionKeys.self, forKey: .function)
        name = function.lenient(String.self, .name) ?? ""
        arguments = try function.decodeIfPresent(String.self, forKey: .arguments) ?? ""
    }
}
