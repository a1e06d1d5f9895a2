import Models
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes a request as the body of `POST /api/chat`.
struct OllamaRequestBody {
    let request: ModelRequest
    let target: Target
    let streams: Bool

    func write() throws(ProviderRefusal) -> ByteBuffer {
        var json = JSONWriter(capacity: request.promptBytes + 512)
        try json.object { (json) throws(ProviderRefusal) in
            json.key("model")
            json.value(target.model)
            json.key("messages")
            try json.array { (json) throws(ProviderRefusal) in try writeMessages(&json) }
            try writeTools(&json)
            try writeFormat(&json)
            writeThink(&json)
            try writeOptions(&json)
            // Always said: left out it means true.
            json.key("stream")
            json.value(streams)
        }
        return json.buffer
    }
}

// MARK: - Messages

extension OllamaRequestBody {
    private func writeMessages(_ json: inout JSONWriter) throws(ProviderRefusal) {
        // By the ids of the calls so far; where ids repeat, a result belongs to the last.
        var toolNames: [String: String] = [:]
        for message in request.messages {
            try writeResults(in: message, toolNames, &json)
            if message.parts.contains(where: { !$0.isToolResult }) { try write(message, &json) }
            for case .toolCall(let id, let name, _) in message.parts { toolNames[id] = name }
        }
    }

    /// Each result is a message of its own here, whoever's message it came in.
    private func writeResults(
        in message: ModelMessage, _ toolNames: [String: String], _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        for case .toolResult(let callID, let text, _) in message.parts {
            try json.object { (json) in
                json.key("role")
                json.value("tool")
                json.key("content")
                json.value(text)
                // The templates of models go by the tool's name; calls have no ids there.
                if let name = toolNames[callID] {
                    json.key("tool_name")
                    json.value(name)
                }
            }
        }
    }

    private func write(
        _ message: ModelMessage, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("role")
            json.value(message.role.rawValue)
            json.key("content")
            json.value(message.text)
            try writeImages(of: message, &json)
            writeThinking(of: message, &json)
            try writeCalls(of: message, &json)
        }
    }

    private func writeImages(
        of message: ModelMessage, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        guard message.parts.contains(where: \.isImage) else { return }
        json.key("images")
        try json.array { (json) throws(ProviderRefusal) in
            for case .image(_, let source) in message.parts {
                guard case .data(let bytes) = source else {
                    throw ProviderRefusal(
                        message: "the request has an image by its URL; Ollama takes only the "
                            + "bytes of images", isOfTarget: true)
                }
                json.value(Data(bytes).base64EncodedString())
            }
        }
    }

    private func writeThinking(of message: ModelMessage, _ json: inout JSONWriter) {
        var thinking = ""
        for case .reasoning(let text, _) in message.parts { thinking += text }
        if thinking.isEmpty { return }
        json.key("thinking")
        json.value(thinking)
    }

    private func writeCalls(
        of message: ModelMessage, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        guard message.parts.contains(where: \.isToolCall) else { return }
        json.key("tool_calls")
        try json.array { (json) throws(ProviderRefusal) in
            for case .toolCall(_, let name, let arguments) in message.parts {
                try writeCall(name, arguments, &json)
            }
        }
    }

    private func writeCall(
        _ name: String, _ arguments: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("function")
            try json.object { (json) throws(ProviderRefusal) in
                json.key("name")
                json.value(name)
                json.key("arguments")
                if arguments.isEmpty { return json.raw("{}") }
                json.raw(
                    try RequestText.checkedObject(
                        arguments, "the arguments of a call of \(name)"))
            }
        }
    }
}
