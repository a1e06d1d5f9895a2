/// What a request must satisfy before anything is queued for it. What only a provider can judge
/// (schemas, the length of the prompt) is left to the provider.
extension ModelRequest {
    /// - Throws: BAD_REQUEST, with the field, its value and the limit.
    package func check(limits: CallLimits = CallLimits()) throws(Refusal) {
        try checkMessages()
        try checkSampling(limits)
        try checkTools(limits)
        try checkFormat()
    }

    private func checkMessages() throws(Refusal) {
        if messages.isEmpty { throw .bad("messages is empty; a call needs at least one") }
        for (place, message) in messages.enumerated() {
            if message.parts.isEmpty {
                throw .bad("messages[\(place)].parts is empty; a message needs at least one part")
            }
            for part in message.parts { try check(part, of: message.role, at: place) }
        }
    }

    private func check(_ part: ModelPart, of role: Role, at place: Int) throws(Refusal) {
        switch part {
        case .image(let type, .data(let data)):
            if data.isEmpty { throw .bad("messages[\(place)] has an image without data or url") }
            if type.isEmpty {
                throw .bad("messages[\(place)] has image data without a media_type (image/png)")
            }
        case .image(_, .url(let url)):
            if url.isEmpty { throw .bad("messages[\(place)] has an image without data or url") }
        case .toolResult(let id, _, _):
            if id.isEmpty { throw .bad("messages[\(place)] has a tool result without call_id") }
            if role != .tool && role != .user {
                throw .bad(
                    "messages[\(place)] has a tool result in role \(role.rawValue), not tool")
            }
        case .toolCall(_, let name, _):
            if name.isEmpty { throw .bad("messages[\(place)] has a tool call without a name") }
            if role != .assistant {
                throw .bad(
                    "messages[\(place)] has a tool call in role \(role.rawValue), not assistant")
            }
        case .text, .reasoning: break
        }
    }

    // Written so that NaN fails as well.
    private func checkSampling(_ limits: CallLimits) throws(Refusal) {
        if let temperature, !(temperature >= 0 && temperature <= 2) {
            throw .bad("temperature is \(temperature); it goes from 0 to 2")
        }
        if let topP, !(topP > 0 && topP <= 1) {
            throw .bad("top_p is \(topP); it is more than 0 and at most 1")
        }
        if let maxOutputTokens, maxOutputTokens < 1 {
            throw .bad("max_output_tokens is \(maxOutputTokens); leave it out or ask for 1 or more")
        }
        if stop.count > limits.stopSequencesMax {
            throw .bad(
                """
                stop has \(stop.count.shown) texts; the limit is \
                \(limits.stopSequencesMax.shown)
                """)
        }
        if let place = stop.firstIndex(of: "") { throw .bad("stop[\(place)] is empty") }
    }

    private func checkTools(_ limits: CallLimits) throws(Refusal) {
        if tools.count > limits.toolsMax {
            throw .bad(
                """
                tools has \(tools.count.shown) entries; the limit is \(limits.toolsMax.shown)
                """)
        }
        var seen: Set<String> = []
        for (place, tool) in tools.enumerated() {
            try checkName(tool.name, of: "tools[\(place)].name")
            if !seen.insert(tool.name).inserted {
                throw .bad("tools[\(place)].name is `\(tool.name)`, which another tool has")
            }
        }
        try checkChoice(among: seen)
    }

    private func checkChoice(among names: Set<String>) throws(Refusal) {
        switch toolChoice {
        case .auto, .none: break
        case .required:
            if names.isEmpty { throw .bad("tool_choice asks for a tool, but tools is empty") }
        case .named(let name):
            if !names.contains(name) {
                throw .bad("tool_choice names `\(name.brief)`, which is not in tools")
            }
        }
    }

    private func checkFormat() throws(Refusal) {
        guard case .jsonSchema(let name, let schema, _) = responseFormat else { return }
        try checkName(name, of: "response_format.json_schema.name")
        if schema.isEmpty { throw .bad("response_format.json_schema.schema_json is empty") }
    }

    private func checkName(_ name: String, of field: String) throws(Refusal) {
        let bytes = name.utf8.count
        if bytes < 1 || bytes > 64 {
            throw .bad("\(field) is \(bytes.shown) bytes; it has 1 to 64")
        }
        if !name.utf8.allSatisfy(\.isNameByte) {
            throw .bad("\(field) is `\(name)`; it takes letters, digits, underscore and hyphen")
        }
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension Refusal {
    static func bad(_ message: String) -> Refusal { Refusal(.badRequest, message) }
}
