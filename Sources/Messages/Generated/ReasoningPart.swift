// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// What the model thought before it answered.
public struct ReasoningPart: Sendable, Hashable {
    /// The reasoning, or the provider's summary of it; may be empty.
    public var text: String
    /// The provider's opaque signature. Send it back unchanged with the history.
    public var signature: [UInt8]

    /// Fields left out are absent, zero or empty.
    public init(text: String = "", signature: [UInt8] = []) {
        self.text = text
        self.signature = signature
    }
}

extension ReasoningPart: WireMessage {
    package static var fullName: String { "laneway.v1.ReasoningPart" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ReasoningPart: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__reasoning_part__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ReasoningPart>) {
        text = .init(c.pointee.text)
        signature = .init(c.pointee.signature)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ReasoningPart>, in arena: inout Arena) {
        c.pointee.text = arena.store(text)
        c.pointee.signature = arena.store(signature)
    }
}
