import Models

/// The conversation as Gemini takes it: what the system says apart, and turns of user and model
/// that alternate. Decides what becomes of each part; `GeminiRequestBody` writes it down.
///
/// A signature goes back on the part it came on, by what `GeminiPartReader` makes of it: reasoning
/// without text stands directly before that part. Where nothing follows, it came on an empty text
/// and is sent as one.
struct GeminiTurns {
    enum Role: String {
        case user, model
    }

    struct Turn {
        var role: Role
        var parts: [Part]
    }

    struct Part {
        enum Content {
            case text(String)
            case thought(String)
            case image(mediaType: String, ImageSource)
            case call(id: String, name: String, argumentsJSON: String)
            case result(callID: String, name: String, text: String, isError: Bool)
        }

        var content: Content
        /// Base64; empty where the part has none.
        var signature = ""
    }

    private(set) var system: [Part] = []
    private(set) var turns: [Turn] = []
    /// Of the calls so far, by id: a result names its function here, not only its call.
    private var functionNames: [String: String] = [:]

    init(_ messages: [ModelMessage]) throws(ProviderRefusal) {
        let instructions = messages.filter { $0.role == .system }.flatMap(\.parts)
        system = try parts(instructions.filter(\.isSent))
        for (role, said) in Self.merged(messages) {
            turns.append(Turn(role: role, parts: try parts(said)))
        }
    }

    /// What is sent of the messages, with those of one side that follow each other made one.
    private static func merged(_ messages: [ModelMessage]) -> [(role: Role, said: [ModelPart])] {
        var merged: [(role: Role, said: [ModelPart])] = []
        for message in messages where message.role != .system {
            let said = message.parts.filter(\.isSent)
            // A result of a tool is told by the user here.
            let role: Role = message.role == .assistant ? .model : .user
            if said.isEmpty { continue }
            if merged.last?.role == role {
                merged[merged.count - 1].said += said
            } else {
                merged.append((role, said))
            }
        }
        return merged
    }

    private mutating func parts(_ said: [ModelPart]) throws(ProviderRefusal) -> [Part] {
        var parts: [Part] = []
        /// A signature whose part is still to come.
        var waiting = ""
        func settle() {
            if !waiting.isEmpty { parts.append(Part(content: .text(""), signature: waiting)) }
            waiting = ""
        }
        for (place, part) in said.enumerated() {
            guard case .reasoning(let text, let bytes) = part else {
                parts.append(Part(content: try content(of: part), signature: waiting))
                waiting = ""
                continue
            }
            settle()
            let signature = Self.signature(bytes) ?? ""
            // Clients that join the deltas of reasoning put a call's signature behind the thoughts
            // that came before the call. Thoughts themselves are not checked, calls are.
            let isCalls = text.isEmpty || said.dropFirst(place + 1).first?.isToolCall == true
            if isCalls { waiting = signature }
            if text.isEmpty { continue }
            parts.append(Part(content: .thought(text), signature: isCalls ? "" : signature))
        }
        settle()
        return parts
    }

    private mutating func content(of part: ModelPart) throws(ProviderRefusal) -> Part.Content {
        switch part {
        case .text(let text), .reasoning(let text, _): return .text(text)
        case .image(let mediaType, let source): return .image(mediaType: mediaType, source)
        case .toolCall(let id, let name, let arguments):
            functionNames[id] = name
            return .call(id: id, name: name, argumentsJSON: arguments)
        case .toolResult(let id, let text, let isError):
            guard let name = functionNames[id] else {
                throw ProviderRefusal(
                    message: "a tool result is for the call \(id), which no message before it "
                        + "has; Gemini wants to know the name of its function")
            }
            return .result(callID: id, name: name, text: text, isError: isError)
        }
    }

    /// What a signature was before it was bytes; nil where it is none of Gemini's.
    fileprivate static func signature(_ bytes: [UInt8]) -> String? {
        let isBase64 = bytes.allSatisfy { byte in
            "+/-_=".utf8.contains(byte) || (0x30...0x39).contains(byte)
                || (0x41...0x5A).contains(byte & 0xDF)
        }
        return bytes.isEmpty || !isBase64 ? nil : String(decoding: bytes, as: UTF8.self)
    }
}

extension ModelPart {
    /// An empty text is refused, and thoughts without a signature are but a summary, of no use to
    /// the model that had them.
    fileprivate var isSent: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .reasoning(_, let signature): GeminiTurns.signature(signature) != nil
        case .image, .toolCall, .toolResult: true
        }
    }
}
