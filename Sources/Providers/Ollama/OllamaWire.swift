import Decoding

/// An answer of Ollama, whole, or as one line of a stream: both have the same shape.
struct OllamaAnswer: JSONReadable {
    /// When it was made, as RFC 3339 text.
    var createdAt: String
    var message: OllamaMessage?
    /// True in a whole answer and in the last line of a stream.
    var done: Bool?
    var doneReason: String
    var inputTokens: Int?
    var outputTokens: Int?
    var error: UpstreamErrorBody?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        createdAt = object.lenient("created_at") ?? ""
        message = try object.optional("message")
        done = object.lenient("done")
        doneReason = object.lenient("done_reason") ?? ""
        inputTokens = object.lenient("prompt_eval_count")
        outputTokens = object.lenient("eval_count")
        error = try object.optional("error")
    }
}

struct OllamaMessage: JSONReadable {
    var content: String
    var thinking: String
    var toolCalls: [OllamaToolCall]

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        content = try object.optional("content") ?? ""
        thinking = object.lenient("thinking") ?? ""
        toolCalls = try object.optional("tool_calls") ?? []
    }
}

struct OllamaToolCall: JSONReadable {
    var name: String
    /// As compact JSON. Ollama sends an object where others send text; servers that imitate it send
    /// the text.
    var arguments: String
    /// Empty from all but newer servers.
    private var upstreamID: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        upstreamID = object.lenient("id") ?? ""
        let function: JSONObject = try object.required("function")
        name = try function.required("name")
        let arguments: JSONValue? = try function.optional("arguments")
        self.arguments = try arguments.map(Self.text) ?? ""
    }

    private static func text(_ arguments: JSONValue) throws -> String {
        switch arguments {
        case .text(let text): text
        default: try arguments.compact()
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
