// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// One piece of a message.
public struct Part: Sendable, Hashable {
    /// Exactly one of the five.
    public var kind: Kind?

    /// Fields left out are absent, zero or empty.
    public init(kind: Kind? = nil) {
        self.kind = kind
    }

    /// Exactly one of the five.
    public enum Kind: Sendable, Hashable {
        /// Plain text.
        case text(TextPart)
        /// An image.
        case image(ImagePart)
        /// A call of a tool, by the model.
        case toolCall(ToolCallPart)
        /// The result of such a call.
        case toolResult(ToolResultPart)
        /// The model's reasoning.
        case reasoning(ReasoningPart)
    }
}

extension Part: WireMessage {
    package static var fullName: String { "laneway.v1.Part" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Part: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__part__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Part>) {
        switch c.pointee.kind_case {
        case LANEWAY__V1__PART__KIND_TEXT:
            kind = c.pointee.text.map { .text(.init($0)) }
        case LANEWAY__V1__PART__KIND_IMAGE:
            kind = c.pointee.image.map { .image(.init($0)) }
        case LANEWAY__V1__PART__KIND_TOOL_CALL:
            kind = c.pointee.tool_call.map { .toolCall(.init($0)) }
        case LANEWAY__V1__PART__KIND_TOOL_RESULT:
            kind = c.pointee.tool_result.map { .toolResult(.init($0)) }
        case LANEWAY__V1__PART__KIND_REASONING:
            kind = c.pointee.reasoning.map { .reasoning(.init($0)) }
        default: kind = nil
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Part>, in arena: inout Arena) {
        switch kind {
        case .text(let value)?:
            c.pointee.kind_case = LANEWAY__V1__PART__KIND_TEXT
            c.pointee.text = arena.store(value)
        case .image(let value)?:
            c.pointee.kind_case = LANEWAY__V1__PART__KIND_IMAGE
            c.pointee.image = arena.store(value)
        case .toolCall(let value)?:
            c.pointee.kind_case = LANEWAY__V1__PART__KIND_TOOL_CALL
            c.pointee.tool_call = arena.store(value)
        case .toolResult(let value)?:
            c.pointee.kind_case = LANEWAY__V1__PART__KIND_TOOL_RESULT
            c.pointee.tool_result = arena.store(value)
        case .reasoning(let value)?:
            c.pointee.kind_case = LANEWAY__V1__PART__KIND_REASONING
            c.pointee.reasoning = arena.store(value)
        case nil: break
        }
    }
}
