import Models
import NIOCore

/// Writes a request as the body of `POST /responses`.
struct ResponsesRequestBody {
    let request: ModelRequest
    let target: Target
    let streams: Bool

    func write() throws(ProviderRefusal) -> ByteBuffer {
        var json = JSONWriter(capacity: request.promptBytes + 512)
        try json.object { (json) throws(ProviderRefusal) in
            json.key("model")
            json.value(target.model)
            try writeInstructions(&json)
            json.key("input")
            try json.array { (json) throws(ProviderRefusal) in
                for message in request.messages where message.role != .system {
                    try write(message, &json)
                }
            }
            // Left out it means true: the service would keep the conversation.
            json.key("store")
            json.value(false)
            try writeReasoning(&json)
            try writeTools(&json)
            try writeSampling(&json)
            try writeResponseFormat(&json)
            if streams {
                json.key("stream")
                json.value(true)
            }
        }
        return json.buffer
    }

    private func writeInstructions(_ json: inout JSONWriter) throws(ProviderRefusal) {
        let system = request.messages.filter { $0.role == .system }
        for message in system where message.parts.contains(where: \.isImage) {
            throw ProviderRefusal(
                message: "a system message has an image; the Responses API takes only text there")
        }
        let instructions = system.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n\n")
        if instructions.isEmpty { return }
        json.key("instructions")
        json.value(instructions)
    }
}

// MARK: - Input items

extension ResponsesRequestBody {
    /// Calls, results and reasoning are items of their own, between those of what was said; all of
    /// them stay in their order, as reasoning must stand before what it led to.
    private func write(
        _ message: ModelMessage, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        var content: [ModelPart] = []
        for part in message.parts {
            if part.isContent {
                content.append(part)
                continue
            }
            try writeMessage(content, from: message.role, &json)
            content = []
            try writeItem(part, &json)
        }
        try writeMessage(content, from: message.role, &json)
    }

    private func writeMessage(
        _ content: [ModelPart], from role: Role, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        if content.isEmpty { return }
        try json.object { (json) throws(ProviderRefusal) in
            json.key("type")
            json.value("message")
            json.key("role")
            // There is no role for tools: what is said beside their results is the user's.
            json.value(role == .assistant ? "assistant" : "user")
            json.key("content")
            try json.array { (json) throws(ProviderRefusal) in
                for part in content { try writeContent(part, from: role, &json) }
            }
        }
    }

    private func writeContent(
        _ part: ModelPart, from role: Role, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) in
            json.key("type")
            switch part {
            case .text(let text):
                json.value(role == .assistant ? "output_text" : "input_text")
                json.key("text")
                json.value(text)
            case .image(let mediaType, let source):
                json.value("input_image")
                json.key("image_url")
                json.value(source.url(mediaType: mediaType))
            case .toolCall, .toolResult, .reasoning: break
            }
        }
    }

    private func writeItem(_ part: ModelPart, _ json: inout JSONWriter) throws(ProviderRefusal) {
        switch part {
        case .toolCall(let id, let name, let arguments):
            try writeCall(id: id, name: name, arguments: arguments, &json)
        case .toolResult(let callID, let text, _):
            try json.object { (json) in
                json.key("type")
                json.value("function_call_output")
                json.key("call_id")
                json.value(callID)
                json.key("output")
                json.value(text)
            }
        case .reasoning(let text, let signature):
            // Reasoning that is not this service's own means nothing to it.
            guard let signature = ResponsesSignature(signature) else { return }
            try writeReasoning(text, signature, &json)
        case .text, .image: return
        }
    }

    private func writeCall(
        id: String, name: String, arguments: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) in
            json.key("type")
            json.value("function_call")
            json.key("call_id")
            json.value(id)
            json.key("name")
            json.value(name)
            json.key("arguments")
            json.value(arguments.isEmpty ? "{}" : arguments)
        }
    }

    private func writeReasoning(
        _ text: String, _ signature: ResponsesSignature, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("type")
            json.value("reasoning")
            json.key("id")
            json.value(signature.id)
            json.key("encrypted_content")
            json.value(signature.encrypted)
            json.key("summary")
            try json.array { (json) throws(ProviderRefusal) in
                if text.isEmpty { return }
                try json.object { (json) in
                    json.key("type")
                    json.value("summary_text")
                    json.key("text")
                    json.value(text)
                }
            }
        }
    }
}

extension ModelPart {
    /// What goes into a message.
    fileprivate var isContent: Bool { isText || isImage }
}
