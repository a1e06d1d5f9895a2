// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The value of an attribute.
package struct OTLPValue: Sendable, Hashable {
    /// One of these; none is the empty value.
    package var value: Value?

    /// Fields left out are absent, zero or empty.
    package init(value: Value? = nil) {
        self.value = value
    }

    /// One of these; none is the empty value.
    package enum Value: Sendable, Hashable {
        /// Text.
        case stringValue(String)
        /// Yes or no.
        case boolValue(Bool)
        /// A whole number.
        case intValue(Int)
        /// A real number.
        case doubleValue(Double)
        /// A list of texts.
        indirect case arrayValue(OTLPTextList)
    }
}

extension OTLPValue: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPValue" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPValue: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpvalue__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPValue>) {
        switch c.pointee.value_case {
        case LANEWAY__INTERNAL__OTLPVALUE__VALUE_STRING_VALUE:
            value = .stringValue(.init(c.pointee.string_value))
        case LANEWAY__INTERNAL__OTLPVALUE__VALUE_BOOL_VALUE:
            value = .boolValue(c.pointee.bool_value != 0)
        case LANEWAY__INTERNAL__OTLPVALUE__VALUE_INT_VALUE:
            value = .intValue(Int(c.pointee.int_value))
        case LANEWAY__INTERNAL__OTLPVALUE__VALUE_DOUBLE_VALUE:
            value = .doubleValue(c.pointee.double_value)
        case LANEWAY__INTERNAL__OTLPVALUE__VALUE_ARRAY_VALUE:
            value = c.pointee.array_value.map { .arrayValue(.init($0)) }
        default: value = nil
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPValue>, in arena: inout Arena) {
        switch value {
        case .stringValue(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPVALUE__VALUE_STRING_VALUE
            c.pointee.string_value = arena.store(value)
        case .boolValue(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPVALUE__VALUE_BOOL_VALUE
            c.pointee.bool_value = value ? 1 : 0
        case .intValue(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPVALUE__VALUE_INT_VALUE
            c.pointee.int_value = Int64(value)
        case .doubleValue(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPVALUE__VALUE_DOUBLE_VALUE
            c.pointee.double_value = value
        case .arrayValue(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPVALUE__VALUE_ARRAY_VALUE
            c.pointee.array_value = arena.store(value)
        case nil: break
        }
    }
}
