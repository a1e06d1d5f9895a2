/// An answer of Ollama, whole, or as one line of a stream: both have the same shape.
struct OllamaAnswer: Decodable {
    /// When it was made, as RFC 3339 text.
    var createdAt: String
    var message: OllamaMessage?
    /// True in a whole answer and in the last line of a stream.
    var done: Bool?
    var doneReason: String
    var inputTokens: Int?
    var outputTokens: Int?
    var error: UpstreamErrorBody?

    private enum CodingKeys: String, CodingKey {
        case message, done, error
        case createdAt = "created_at"
        case doneReason = "done_reason"
        case inputTokens = "prompt_eval_count"
        case outputTokens = "eval_count"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        createdAt = container.lenient(String.self, .createdAt) ?? ""
        message = try container.decodeIfPresent(OllamaMessage.self, forKey: .message)
        done = container.lenient(Bool.self, .done)
        doneReason = container.lenient(String.self, .doneReason) ?? ""
        inputTokens = container.lenient(Int.self, .inputTokens)
        outputTokens = container.lenient(Int.self, .outputTokens)
        error = try container.decodeIfPresent(UpstreamErrorBody.self, forKey: .error)
    }
}

struct OllamaMessage: Decodable {
    var content: String
    var thinking: String
    var toolCalls: [OllamaToolCall]

    private enum CodingKeys: String, CodingKey {
        case content, thinking
        case toolCalls = "tool_calls"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        content = try container.decodeIfPresent(String.self, forKey: .content) ?? ""
        thinking = container.lenient(String.self, .thinking) ?? ""
        toolCalls =
            try container.decodeIfPresent([OllamaToolCall].self, forKey: .toolCalls) ?? []
    }
}

struct OllamaToolCall: Decodable {
    var name: String
    /// As compact JSON. Ollama sends an object where others send text; servers that imitate it send
    /// the text.
    var arguments: String
    /// Empty from all but newer servers.
    private var upstreamID: String

    private enum CodingKeys: CodingKey { case id, function }
    private enum FunctionKeys: CodingKey { case name, arguments }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        upstreamID = container.lenient(String.self, .id) ?? ""
        let function = try container.nestedContainer(keyedBy: FunctionKeys.self, forKey: .function)
        name = try function.decode(String.self, forKey: .name)
        switch try function.decodeIfPresent(JSONValue.self, forKey: .arguments) {
        case nil: arguments = ""
        case .text(let text): arguments = text
        case let value?: arguments = try value.compact()
        }
    }

    /// The id of the call, made up where the server gave none.
    ///
    /// - Parameter answeredAt: when the answer was made: a tool's result must name its call, and not
    ///   the one of an earlier answer, and Ollama gives answers no ids of their own.
    func id(index: Int, answeredAt: String) -> String {
        if !upstreamID.isEmpty { return upstreamID }
        let stamp = answeredAt.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        // Some services that the conversation may go to next take no more than 40 characters.
        return stamp.isEmpty ? "call_\(index)" : "call_\(stamp.prefix(28))_\(index)"
    }
}
