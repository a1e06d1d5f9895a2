import Decoding

/// The answers of the Gemini API, read leniently: fields that are empty are left out by it, new
/// ones come without notice, and only what matters may make an answer malformed.
///
/// One shape serves both the whole answer and the event of a stream.
struct GeminiAnswer: JSONReadable {
    var candidates: [GeminiCandidate]
    /// Why the prompt was not let through; empty where it was.
    var blockReason: String
    var usage: GeminiUsage?
    /// The same in all events of a stream.
    var responseID: String
    var error: UpstreamErrorBody?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        candidates = try object.optional("candidates") ?? []
        let feedback: JSONObject? = object.lenient("promptFeedback")
        blockReason = feedback?.lenient("blockReason") ?? ""
        usage = object.lenient("usageMetadata")
        responseID = object.lenient("responseId") ?? ""
        error = try object.optional("error")
    }
}

struct GeminiCandidate: JSONReadable {
    var index: Int
    var parts: [GeminiPart]
    /// nil while the model is still at it.
    var finishReason: String?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        index = object.lenient("index") ?? 0
        // A candidate that was stopped before its first word has no content, or no parts in it.
        let content: JSONObject? = try object.optional("content")
        parts = try content?.optional("parts") ?? []
        let reason: String = object.lenient("finishReason") ?? ""
        // The protocol's word for a reason that was not set.
        finishReason = reason.isEmpty || reason == "FINISH_REASON_UNSPECIFIED" ? nil : reason
    }

    /// Neither says anything nor why not.
    var isBlank: Bool { parts.isEmpty && finishReason == nil }
}

/// One part. What this daemon never asks for (code that was run, images) reads as an empty text.
struct GeminiPart: JSONReadable {
    var text: String
    /// The text is a summary of the model's thoughts.
    var isThought: Bool
    /// Base64; opaque.
    var signature: String
    var call: GeminiFunctionCall?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        text = try object.optional("text") ?? ""
        isThought = object.lenient("thought") ?? false
        signature = object.lenient("thoughtSignature") ?? ""
        call = try object.optional("functionCall")
    }
}

struct GeminiFunctionCall: JSONReadable {
    /// Empty where the service gave none, which is usual.
    var id: String
    var name: String
    /// As compact JSON. The order the members came in says nothing: on Google's side they are a
    /// `google.protobuf.Struct`, which keeps none and whose numbers are doubles.
    var arguments: String

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        id = object.lenient("id") ?? ""
        name = object.lenient("name") ?? ""
        let members: [String: JSONValue]? = try object.optional("args")
        arguments = try JSONValue.object(members ?? [:]).compact()
    }
}

struct GeminiUsage: JSONReadable {
    var prompt: Int
    /// What the service's own tools put into the prompt.
    var toolUsePrompt: Int
    var candidates: Int
    var thoughts: Int
    /// Of the prompt.
    var cached: Int

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        // Every prompt has tokens: without their count nothing was counted.
        prompt = Self.sane(try object.required("promptTokenCount"))
        toolUsePrompt = Self.sane(object.lenient("toolUsePromptTokenCount"))
        candidates = Self.sane(object.lenient("candidatesTokenCount"))
        thoughts = Self.sane(object.lenient("thoughtsTokenCount"))
        cached = Self.sane(object.lenient("cachedContentTokenCount"))
    }

    /// They are 32 bits wide there; bounded, so that sums of them cannot overflow.
    private static func sane(_ count: Int?) -> Int { min(max(count ?? 0, 0), Int(Int32.max)) }
}
