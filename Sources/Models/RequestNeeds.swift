/// Something a request needs and a target does not have.
package struct Lacking: Sendable, Hashable {
    package var reason: FailureReason
    /// For a person.
    package var message: String

    package init(_ reason: FailureReason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

/// What a request needs of a model beyond text.
struct RequestNeeds: Sendable, Hashable {
    var tools: Bool
    var images: Bool
    var jsonSchema: Bool
    var reasoning: Bool
    var textBytes: Int

    init(_ request: ModelRequest) {
        tools = !request.tools.isEmpty && request.toolChoice != .none
        images = request.messages.contains { message in
            message.parts.contains { part in
                if case .image = part { return true }
                return false
            }
        }
        jsonSchema = if case .jsonSchema = request.responseFormat { true } else { false }
        reasoning = request.effort != nil
        textBytes = request.messages.reduce(0) { $0 + $1.textBytes }
    }

    /// No tokenizer puts more bytes than this into a token of ordinary text, whatever the language.
    private static let bytesATokenMax = 16

    /// - Returns: nil when the model can do it.
    /// - Parameter effort: the target's own, which wins over the request's.
    func lacking(in can: Capabilities, effort: ReasoningEffort? = nil) -> Lacking? {
        if tools && !can.tools {
            return Lacking(
                .targetIncapable, "the request has tools, which this target cannot call")
        }
        if images && !can.images {
            return Lacking(
                .targetIncapable, "the request has images, which this target cannot read")
        }
        if jsonSchema && !can.jsonSchema {
            return Lacking(
                .targetIncapable,
                "the request asks for a JSON Schema, which this target cannot hold to")
        }
        if reasoning || effort != nil, !can.reasoning {
            return Lacking(
                .targetIncapable, "the request sets a reasoning effort; this target does not reason"
            )
        }
        // Only where there is no doubt: what a prompt is in tokens, its provider alone knows.
        if let window = can.contextWindowTokens, textBytes / Self.bytesATokenMax > window {
            return Lacking(
                .contextTooLong,
                """
                the prompt is \(textBytes.shown) bytes; a context window of \(window.shown) tokens \
                cannot hold it
                """)
        }
        return nil
    }
}

extension ModelMessage {
    fileprivate var textBytes: Int {
        parts.reduce(0) { bytes, part in
            switch part {
            case .text(let text), .toolResult(_, let text, _): bytes + text.utf8.count
            case .image, .toolCall, .reasoning: bytes
            }
        }
    }
}
