import Models
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes a request as the body of `POST /messages`.
///
/// A seed is left out, as there is no field for it; a strict schema is the server's to keep to, any
/// other is asked for in the system prompt.
struct AnthropicRequestBody {
    let request: ModelRequest
    let target: Target
    let streams: Bool

    func write() throws(ProviderRefusal) -> ByteBuffer {
        var json = JSONWriter(capacity: request.promptBytes + 512)
        try json.object { (json) throws(ProviderRefusal) in
            json.key("model")
            json.value(target.model)
            json.key("max_tokens")
            json.value(maxTokens)
            try writeSystem(&json)
            json.key("messages")
            try json.array { (json) throws(ProviderRefusal) in
                for turn in AnthropicTurn.all(request.messages) { try write(turn, &json) }
            }
            try writeTools(&json)
            try writeThinking(&json)
            try writeSampling(&json)
            try writeOutputFormat(&json)
            if streams {
                json.key("stream")
                json.value(true)
            }
        }
        return json.buffer
    }

    /// All system messages, wherever they stood: there is one place for them.
    private func writeSystem(_ json: inout JSONWriter) throws(ProviderRefusal) {
        let messages = request.messages.filter { $0.role == .system }
        for message in messages {
            for case .image in message.parts {
                throw ProviderRefusal(
                    message: "a system message holds an image; Anthropic takes text there")
            }
        }
        var texts = messages.map(\.text)
        if let instruction = try formatInstruction() { texts.append(instruction) }
        texts.removeAll { $0.allSatisfy(\.isWhitespace) }
        if texts.isEmpty { return }
        json.key("system")
        json.value(texts.joined(separator: "\n\n"))
    }

    private func write(
        _ turn: AnthropicTurn, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("role")
            json.value(turn.role)
            json.key("content")
            try json.array { (json) throws(ProviderRefusal) in
                for part in turn.parts {
                    try json.object { (json) throws(ProviderRefusal) in
                        try writeMembers(of: part, &json)
                    }
                }
            }
        }
    }
}

// MARK: - Blocks

extension AnthropicRequestBody {
    private func writeMembers(
        of part: ModelPart, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        json.key("type")
        switch part {
        case .text(let text):
            json.value("text")
            json.key("text")
            json.value(text)
        case .image(let mediaType, let source):
            json.value("image")
            json.key("source")
            try write(source, mediaType: mediaType, &json)
        case .toolCall(let id, let name, let arguments):
            json.value("tool_use")
            try writeCall(id: id, name: name, arguments: arguments, &json)
        case .toolResult(let callID, let text, let isError):
            json.value("tool_result")
            writeResult(callID: callID, text: text, isError: isError, &json)
        case .reasoning(let text, let signature):
            writeReasoning(text, AnthropicSignature(signature) ?? .thinking(""), &json)
        }
    }

    private func write(
        _ source: ImageSource, mediaType: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) in
            json.key("type")
            switch source {
            case .url(let url):
                json.value("url")
                json.key("url")
                json.value(url)
            case .data(let bytes):
                json.value("base64")
                json.key("media_type")
                json.value(mediaType)
                json.key("data")
                json.value(Data(bytes).base64EncodedString())
            }
        }
    }

    private func writeCall(
        id: String, name: String, arguments: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        json.key("id")
        json.value(Self.callID(id))
        json.key("name")
        json.value(name)
        json.key("input")
        json.raw(
            arguments.isEmpty
                ? "{}"
                : try RequestText.checkedObject(arguments, "the arguments of a call of \(name)"))
    }

    private func writeResult(
        callID: String, text: String, isError: Bool, _ json: inout JSONWriter
    ) {
        json.key("tool_use_id")
        json.value(Self.callID(callID))
        json.key("content")
        json.value(text)
        if isError {
            json.key("is_error")
            json.value(true)
        }
    }

    private func writeReasoning(
        _ text: String, _ signature: AnthropicSignature, _ json: inout JSONWriter
    ) {
        switch signature {
        case .redacted(let data):
            json.value("redacted_thinking")
            json.key("data")
            json.value(data)
        case .thinking(let signature):
            json.value("thinking")
            json.key("thinking")
            json.value(text)
            json.key("signature")
            json.value(signature)
        }
    }

    /// Anthropic takes letters, digits, underscore and hyphen in the id of a call; other servers,
    /// from which a conversation may have come, put more in theirs.
    private static func callID(_ id: String) -> String {
        String(
            id.unicodeScalars.map { scalar in
                let fits = scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
                return fits || scalar == "_" || scalar == "-" ? Character(scalar) : "_"
            })
    }
}
