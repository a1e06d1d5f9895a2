// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// Plain text.
public struct TextPart: Sendable, Hashable {
    /// The text, in UTF-8.
    public var text: String

    /// Fields left out are absent, zero or empty.
    public init(text: String = "") {
        self.text = text
    }
}

extension TextPart: WireMessage {
    package static var fullName: String { "laneway.v1.TextPart" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension TextPart: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__text_part__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__TextPart>) {
        text = .init(c.pointee.text)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__TextPart>, in arena: inout Arena) {
        c.pointee.text = arena.store(text)
    }
}
