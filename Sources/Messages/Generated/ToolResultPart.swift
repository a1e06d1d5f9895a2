// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// What a tool gave back.
public struct ToolResultPart: Sendable, Hashable {
    /// The id of the tool call this answers.
    public var callID: String
    /// The result as text (JSON or prose).
    public var text: String
    /// True when the tool failed and text says how.
    public var isError: Bool

    /// Fields left out are absent, zero or empty.
    public init(callID: String = "", text: String = "", isError: Bool = false) {
        self.callID = callID
        self.text = text
        self.isError = isError
    }
}

extension ToolResultPart: WireMessage {
    package static var fullName: String { "laneway.v1.ToolResultPart" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ToolResultPart: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__tool_result_part__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ToolResultPart>) {
        callID = .init(c.pointee.call_id)
        text = .init(c.pointee.text)
        isError = c.pointee.is_error != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ToolResultPart>, in arena: inout Arena) {
        c.pointee.call_id = arena.store(callID)
        c.pointee.text = arena.store(text)
        c.pointee.is_error = isError ? 1 : 0
    }
}
