// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// One entry of a list of texts: OTLP's value, of which only text is known.
package struct OTLPText: Sendable, Hashable {
    /// The text. Absent when the entry is empty or something else.
    package var stringValue: String?

    /// Fields left out are absent, zero or empty.
    package init(stringValue: String? = nil) {
        self.stringValue = stringValue
    }
}

extension OTLPText: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPText" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPText: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlptext__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPText>) {
        if c.pointee.has_string_value_case.rawValue != 0 {
            stringValue = .init(c.pointee.string_value)
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPText>, in arena: inout Arena) {
        if let stringValue {
            c.pointee.has_string_value_case =
                LANEWAY__INTERNAL__OTLPTEXT__HAS_STRING_VALUE_STRING_VALUE
            c.pointee.string_value = arena.store(stringValue)
        }
    }
}
