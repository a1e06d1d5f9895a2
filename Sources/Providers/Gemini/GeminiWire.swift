/// The answers of the Gemini API, read leniently: fields that are empty are left out by it, new
/// ones come without notice, and only what matters may make an answer malformed.
///
/// One shape serves both the whole answer and the event of a stream.
struct GeminiAnswer: Decodable {
    var candidates: [GeminiCandidate]
    /// Why the prompt was not let through; empty where it was.
    var blockReason: String
    var usage: GeminiUsage?
    /// The same in all events of a stream.
    var responseID: String
    var error: UpstreamErrorBody?

    private enum CodingKeys: String, CodingKey {
        case candidates, promptFeedback, usageMetadata, error
        case responseID = "responseId"
    }

    private struct PromptFeedback: Decodable {
        var blockReason: String?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        candidates =
            try container.decodeIfPresent([GeminiCandidate].self, forKey: .candidates) ?? []
        blockReason = container.lenient(PromptFeedback.self, .promptFeedback)?.blockReason ?? ""
        usage = container.lenient(GeminiUsage.self, .usageMetadata)
        responseID = container.lenient(String.self, .responseID) ?? ""
        error = try container.decodeIfPresent(UpstreamErrorBody.self, forKey: .error)
    }
}

struct GeminiCandidate: Decodable {
    var index: Int
    var parts: [GeminiPart]
    /// nil while the model is still at it.
    var finishReason: String?

    private enum CodingKeys: CodingKey { case index, content, finishReason }

    private struct Content: Decodable {
        var parts: [GeminiPart]?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        index = container.lenient(Int.self, .index) ?? 0
        // A candidate that was stopped before its first word has no content, or no parts in it.
        parts = try container.decodeIfPresent(Content.self, forKey: .content)?.parts ?? []
        let reason = container.lenient(String.self, .finishReason) ?? ""
        // The protocol's word for a reason that was not set.
        finishReason = reason.isEmpty || reason == "FINISH_REASON_UNSPECIFIED" ? nil : reason
    }

    /// Neither says anything nor why not.
    var isBlank: Bool { parts.isEmpty && finishReason == nil }
}

/// One part. What this daemon never asks for (code that was run, images) reads as an empty text.
struct GeminiPart: Decodable {
    var text: String
    /// The text is a summary of the model's thoughts.
    var isThought: Bool
    /// Base64; opaque.
    var signature: String
    var call: GeminiFunctionCall?

    private enum CodingKeys: CodingKey { case text, thought, thoughtSignature, functionCall }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        text = try container.decodeIfPresent(String.self, forKey: .text) ?? ""
        isThought = container.lenient(Bool.self, .thought) ?? false
        signature = container.lenient(String.self, .thoughtSignature) ?? ""
        call = try container.decodeIfPresent(GeminiFunctionCall.self, forKey: .functionCall)
    }
}

struct GeminiFunctionCall: Decodable {
    /// Empty where the service gave none, which is usual.
    var id: String
    var name: String
    /// As compact JSON. The order the members came in says nothing: on Google's side they are a
    /// `google.protobuf.Struct`, which keeps none and whose numbers are doubles.
    var arguments: String

    private enum CodingKeys: CodingKey { case id, name, args }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = container.lenient(String.self, .id) ?? ""
        name = container.lenient(String.self, .name) ?? ""
        let members = try container.decodeIfPresent([String: JSONValue].self, forKey: .args)
        arguments = try JSONValue.object(members ?? [:]).compact()
    }
}

struct GeminiUsage: Decodable {
    var prompt: Int
    /// What the service's own tools put into the prompt.
    var toolUsePrompt: Int
    var candidates: Int
    var thoughts: Int
    /// Of the prompt.
    var cached: Int

    private enum CodingKeys: String, CodingKey {
        case prompt = "promptTokenCount"
        case toolUsePrompt = "toolUsePromptTokenCount"
        case candidates = "candidatesTokenCount"
        case thoughts = "thoughtsTokenCount"
        case cached = "cachedContentTokenCount"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func count(_ key: CodingKeys) -> Int {
            // They are 32 bits wide there; bounded, so that sums of them cannot overflow.
            min(max(container.lenient(Int.self, key) ?? 0, 0), Int(Int32.max))
        }
        // Every prompt has tokens: without their count nothing was counted.
        _ = try container.decode(Int.self, forKey: .prompt)
        prompt = count(.prompt)
        toolUsePrompt = count(.toolUsePrompt)
        candidates = count(.candidates)
        thoughts = count(.thoughts)
        cached = count(.cached)
    }
}
