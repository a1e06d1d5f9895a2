import Models

/// One item of a response's output.
enum ResponsesItem: Decodable {
    case message(text: String)
    case reasoning(ResponsesReasoning)
    case call(ResponsesCall)
    /// What was not asked for and is not passed on, such as a search that the service made.
    case other

    private enum CodingKeys: CodingKey { case type, content }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch container.lenient(String.self, .type) {
        case "message":
            let parts = try container.decodeIfPresent([ResponsesText].self, forKey: .content)
            self = .message(text: parts?.joined ?? "")
        case "reasoning": self = .reasoning(try ResponsesReasoning(from: decoder))
        case "function_call": self = .call(try ResponsesCall(from: decoder))
        default: self = .other
        }
    }
}

/// A piece of text of any kind. A refusal is what the model says, like any other.
struct ResponsesText: Decodable {
    var text: String?
    var refusal: String?
}

extension [ResponsesText] {
    var joined: String {
        reduce(into: "") { $0 += $1.text ?? $1.refusal ?? "" }
    }
}

struct ResponsesReasoning: Decodable {
    var id: String
    var text: String
    var encrypted: String

    private enum CodingKeys: String, CodingKey {
        case id, summary, content
        case encrypted = "encrypted_content"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = container.lenient(String.self, .id) ?? ""
        encrypted = container.lenient(String.self, .encrypted) ?? ""
        let summary = container.lenient([ResponsesText].self, .summary) ?? []
        // OpenAI gives a summary; servers of open models give the reasoning itself.
        text =
            summary.isEmpty
            ? (container.lenient([ResponsesText].self, .content) ?? []).joined
            : summary.compactMap(\.text).joined(separator: Self.summarySeparator)
    }

    /// Each part of a summary is a paragraph, or several, with a title.
    static let summarySeparator = "\n\n"

    /// Empty where the reasoning cannot be sent back.
    var signature: [UInt8] {
        if id.isEmpty || encrypted.isEmpty { return [] }
        return ResponsesSignature(id: id, encrypted: encrypted).bytes
    }

    /// nil when nothing is told of the reasoning.
    var part: ModelPart? {
        text.isEmpty && signature.isEmpty ? nil : .reasoning(text: text, signature: signature)
    }
}

struct ResponsesCall: Decodable {
    var name: String
    /// Empty in the event that begins the call.
    var arguments: String
    private var callID: String
    /// The item's id, which the deltas of a stream go by.
    var itemID: String

    private enum CodingKeys: String, CodingKey {
        case id, name, arguments
        case callID = "call_id"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        arguments = try container.decodeIfPresent(String.self, forKey: .arguments) ?? ""
        callID = container.lenient(String.self, .callID) ?? ""
        itemID = container.lenient(String.self, .id) ?? ""
    }

    /// The id that a result names.
    func id(index: Int) -> String {
        if !callID.isEmpty { return callID }
        return itemID.isEmpty ? "call_\(index)" : itemID
    }
}
