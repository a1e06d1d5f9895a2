// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// One attribute.
package struct OTLPKeyValue: Sendable, Hashable {
    /// Its name; once only in the list it stands in.
    package var key: String
    /// What it is.
    package var value: OTLPValue?

    /// Fields left out are absent, zero or empty.
    package init(key: String = "", value: OTLPValue? = nil) {
        self.key = key
        self.value = value
    }
}

extension OTLPKeyValue: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPKeyValue" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPKeyValue: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpkey_value__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPKeyValue>) {
        key = .init(c.pointee.key)
        value = c.pointee.value.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPKeyValue>, in arena: inout Arena) {
        c.pointee.key = arena.store(key)
        c.pointee.value = arena.store(value)
    }
}
