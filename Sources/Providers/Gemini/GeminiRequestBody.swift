import Models
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes a request as the body of `generateContent`. The model is in the path, and so is whether
/// the answer streams. Only what was asked for is written: models refuse what they do not support.
struct GeminiRequestBody {
    let request: ModelRequest
    let target: Target

    func write() throws(ProviderRefusal) -> ByteBuffer {
        let turns = try GeminiTurns(request.messages)
        var json = JSONWriter(capacity: request.promptBytes + 512)
        try json.object { (json) throws(ProviderRefusal) in
            if !turns.system.isEmpty {
                json.key("systemInstruction")
                try json.object { (json) throws(ProviderRefusal) in
                    try write(turns.system, &json)
                }
            }
            json.key("contents")
            try json.array { (json) throws(ProviderRefusal) in
                for turn in turns.turns { try write(turn, &json) }
            }
            try writeTools(&json)
            try writeGenerationConfig(&json)
        }
        return json.buffer
    }

    private func write(
        _ turn: GeminiTurns.Turn, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("role")
            json.value(turn.role.rawValue)
            try write(turn.parts, &json)
        }
    }
}

// MARK: - Parts

extension GeminiRequestBody {
    private func write(
        _ parts: [GeminiTurns.Part], _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        json.key("parts")
        try json.array { (json) throws(ProviderRefusal) in
            for part in parts {
                try json.object { (json) throws(ProviderRefusal) in
                    try write(part.content, &json)
                    if part.signature.isEmpty { return }
                    json.key("thoughtSignature")
                    json.value(part.signature)
                }
            }
        }
    }

    private func write(
        _ content: GeminiTurns.Part.Content, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        switch content {
        case .text(let text):
            json.key("text")
            json.value(text)
        case .thought(let text):
            json.key("text")
            json.value(text)
            json.key("thought")
            json.value(true)
        case .image(let mediaType, let source):
            try writeImage(source, mediaType: mediaType, &json)
        case .call(let id, let name, let arguments):
            try writeCall(id: id, name: name, arguments: arguments, &json)
        case .result(let callID, let name, let text, let isError):
            try writeResult(callID: callID, name: name, text: text, isError: isError, &json)
        }
    }

    private func writeImage(
        _ source: ImageSource, mediaType: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        switch source {
        case .data: json.key("inlineData")
        case .url: json.key("fileData")
        }
        try json.object { (json) in
            // May be missing with a URL: the service then finds out itself.
            if !mediaType.isEmpty {
                json.key("mimeType")
                json.value(mediaType)
            }
            switch source {
            case .data(let bytes):
                json.key("data")
                json.value(Data(bytes).base64EncodedString())
            case .url(let url):
                json.key("fileUri")
                json.value(url)
            }
        }
    }

    private func writeCall(
        id: String, name: String, arguments: String, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        let arguments =
            arguments.isEmpty
            ? "{}" : try RequestText.checkedObject(arguments, "the arguments of a call of \(name)")
        json.key("functionCall")
        try json.object { (json) in
            writeFunction(id: id, name: name, &json)
            json.key("args")
            json.raw(arguments)
        }
    }

    private func writeResult(
        callID: String, name: String, text: String, isError: Bool, _ json: inout JSONWriter
    ) throws(ProviderRefusal) {
        json.key("functionResponse")
        try json.object { (json) throws(ProviderRefusal) in
            writeFunction(id: callID, name: name, &json)
            json.key("response")
            let isObject = (try? RequestText.checkedObject(text, "the result")) != nil
            // A response has to be an object; this one is fine as it is.
            if isObject, !isError { return json.raw(text) }
            try json.object { (json) in
                if isError { json.key("error") } else { json.key("result") }
                if isObject { json.raw(text) } else { json.value(text) }
            }
        }
    }

    private func writeFunction(id: String, name: String, _ json: inout JSONWriter) {
        if !id.isEmpty {
            json.key("id")
            json.value(id)
        }
        json.key("name")
        json.value(name)
    }
}
