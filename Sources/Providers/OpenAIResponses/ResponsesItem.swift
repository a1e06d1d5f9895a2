import Decoding
import Models

/// One item of a response's output.
enum ResponsesItem: JSONReadable {
    case message(text: String)
    case reasoning(ResponsesReasoning)
    case call(ResponsesCall)
    /// What was not asked for and is not passed on, such as a search that the service made.
    case other

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        let type: String? = object.lenient("type")
        switch type {
        case "message":
            let parts: [ResponsesText]? = try object.optional("content")
            self = .message(text: parts?.joined ?? "")
        case "reasoning": self = .reasoning(try ResponsesReasoning(json: json))
        case "function_call": self = .call(try ResponsesCall(json: json))
        default: self = .other
        }
    }
}

/// A piece of text of any kind. A refusal is what the model says, like any other.
struct ResponsesText: JSONReadable {
    var text: String?
    var refusal: String?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        text = try object.optional("text")
        refusal = try object.optional("refusal")
    }
}

extension [ResponsesText] {
    var joined: String {
        reduce(into: "") { $0 += $1.text ?? $1.refusal ?? "" }
    }
}

struct ResponsesReasoning: JSONReadable {
    var id: String
    var text: String
    var encrypted: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        id = object.lenient("id") ?? ""
        encrypted = object.lenient("encrypted_content") ?? ""
        let summary: [ResponsesText] = object.lenient("summary") ?? []
        // OpenAI gives a summary; servers of open models give the reasoning itself.
        if summary.isEmpty {
            let content: [ResponsesText]? = object.lenient("content")
            text = content?.joined ?? ""
        } else {
            text = summary.compactMap(\.text).joined(separator: Self.summarySeparator)
        }
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

struct ResponsesCall: JSONReadable {
    var name: String
    /// Empty in the event that begins the call.
    var arguments: String
    private var callID: String
    /// The item's id, which the deltas of a stream go by.
    var itemID: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        name = try object.required("name")
        arguments = try object.optional("arguments") ?? ""
        callID = object.lenient("call_id") ?? ""
        itemID = object.lenient("id") ?? ""
    }

    /// The id that a result names.
    func id(index: Int) -> String {
        if !callID.isEmpty { return callID }
        return itemID.isEmpty ? "call_\(index)" : itemID
    }
}
