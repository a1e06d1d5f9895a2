import Models
import NIOCore

/// Writes a request as the body of `POST /chat/completions`. Only what was asked for is written:
/// many compatible servers refuse fields they do not know.
struct OpenAIRequestBody {
    let request: ModelRequest
    let target: Target
    let maxTokensField: MaxTokensField
    let streams: Bool

    func write() throws(ProviderRefusal) -> ByteBuffer {
        var json = JSONWriter(capacity: request.promptBytes + 512)
        try json.object { (json) throws(ProviderRefusal) in
            json.key("model")
            json.value(target.model)
            json.key("messages")
            try json.array { (json) throws(ProviderRefusal) in
                for message in request.messages { try write(message, &json) }
            }
            try writeTools(&json)
            try writeSampling(&json)
            try writeResponseFormat(&json)
            if streams { try writeStreaming(&json) }
        }
        return json.buffer
    }

    private func writeStreaming(_ json: inout JSONWriter) throws(ProviderRefusal) {
        json.key("stream")
        json.value(true)
        json.key("stream_options")
        try json.object { (json) in
            json.key("include_usage")
            json.value(true)
        }
    }
}

// MARK: - Messages

extension OpenAIRequestBody {
    private func write(
        _ message: ModelMessage, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        var wroteResult = false
        // Each result is a message of its own here, whoever's message it came in.
        for case .toolResult(let callID, let text, _) in message.parts {
            try writeResult(callID: callID, text: text, &json)
            wroteResult = true
        }
        let content = message.parts.filter(\.isContent)
        let calls = message.parts.filter(\.isToolCall)
        if wroteResult, content.isEmpty, calls.isEmpty { return }
        try json.object { (json) throws(ProviderRefusal) in
            json.key("role")
            json.value(message.role.rawValue)
            json.key("content")
            try writeContent(content, hasCalls: !calls.isEmpty, &json)
            if !calls.isEmpty { try writeCalls(calls, &json) }
        }
    }

    private func writeResult(
        callID: String, text: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) in
            json.key("role")
            json.value("tool")
            json.key("tool_call_id")
            json.value(callID)
            json.key("content")
            json.value(text)
        }
    }

    private func writeContent(
        _ parts: [ModelPart], hasCalls: Bool, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        if parts.isEmpty, hasCalls { return json.null() }
        // A bare text where it will do: small servers take nothing else.
        if parts.allSatisfy(\.isText) {
            return json.value(ModelMessage(role: .user, parts: parts).text)
        }
        try json.array { (json) throws(ProviderRefusal) in
            for part in parts { try writePart(part, &json) }
        }
    }

    private func writePart(_ part: ModelPart, _ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("type")
            switch part {
            case .text(let text):
                json.value("text")
                json.key("text")
                json.value(text)
            case .image(let mediaType, let source):
                json.value("image_url")
                json.key("image_url")
                try json.object { (json) in
                    json.key("url")
                    json.value(source.url(mediaType: mediaType))
                }
            case .toolCall, .toolResult, .reasoning: break
            }
        }
    }

    private func writeCalls(
        _ calls: [ModelPart], _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        json.key("tool_calls")
        try json.array { (json) throws(ProviderRefusal) in
            for case .toolCall(let id, let name, let arguments) in calls {
                try json.object { (json) throws(ProviderRefusal) in
                    json.key("id")
                    json.value(id)
                    json.key("type")
                    json.value("function")
                    json.key("function")
                    try json.object { (json) in
                        json.key("name")
                        json.value(name)
                        json.key("arguments")
                        json.value(arguments.isEmpty ? "{}" : arguments)
                    }
                }
            }
        }
    }
}

extension ModelPart {
    /// What goes into `content`. Reasoning does not: this protocol has no place to send it back.
    fileprivate var isContent: Bool { isText || isImage }
}
