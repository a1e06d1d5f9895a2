// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// A piece of reasoning.
public struct ReasoningDelta: Sendable, Hashable {
    /// More of the text.
    public var text: String
    /// The opaque signature, when the provider sends it.
    public var signature: [UInt8]

    /// Fields left out are absent, zero or empty.
    public init(text: String = "", signature: [UInt8] = []) {
        self.text = text
        self.signature = signature
    }
}

extension ReasoningDelta: WireMessage {
    package static var fullName: String { "laneway.v1.ReasoningDelta" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ReasoningDelta: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__reasoning_delta__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ReasoningDelta>) {
        text = .init(c.pointee.text)
        signature = .init(c.pointee.signature)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ReasoningDelta>, in arena: inout Arena) {
        c.pointee.text = arena.store(text)
        c.pointee.signature = arena.store(signature)
    }
}
