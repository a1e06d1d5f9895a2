// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// One number.
package struct OTLPNumberPoint: Sendable, Hashable {
    /// When its stretch of time began, in nanoseconds since 1970; 0 is not known.
    package var startTimeUnixNano: UInt64
    /// When it was read, in nanoseconds since 1970.
    package var timeUnixNano: UInt64
    /// The number.
    package var value: Value?
    /// What it is the number of.
    package var attributes: [OTLPKeyValue]

    /// Fields left out are absent, zero or empty.
    package init(
        startTimeUnixNano: UInt64 = 0, timeUnixNano: UInt64 = 0, value: Value? = nil,
        attributes: [OTLPKeyValue] = []
    ) {
        self.startTimeUnixNano = startTimeUnixNano
        self.timeUnixNano = timeUnixNano
        self.value = value
        self.attributes = attributes
    }

    /// The number.
    package enum Value: Sendable, Hashable {
        /// As a real number.
        case asDouble(Double)
        /// As a whole number.
        case asInt(Int)
    }
}

extension OTLPNumberPoint: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPNumberPoint" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPNumberPoint: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpnumber_point__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPNumberPoint>) {
        startTimeUnixNano = c.pointee.start_time_unix_nano
        timeUnixNano = c.pointee.time_unix_nano
        switch c.pointee.value_case {
        case LANEWAY__INTERNAL__OTLPNUMBER_POINT__VALUE_AS_DOUBLE:
            value = .asDouble(c.pointee.as_double)
        case LANEWAY__INTERNAL__OTLPNUMBER_POINT__VALUE_AS_INT:
            value = .asInt(Int(c.pointee.as_int))
        default: value = nil
        }
        attributes = .init(c.pointee.n_attributes, c.pointee.attributes)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPNumberPoint>, in arena: inout Arena
    ) {
        c.pointee.start_time_unix_nano = startTimeUnixNano
        c.pointee.time_unix_nano = timeUnixNano
        switch value {
        case .asDouble(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPNUMBER_POINT__VALUE_AS_DOUBLE
            c.pointee.as_double = value
        case .asInt(let value)?:
            c.pointee.value_case = LANEWAY__INTERNAL__OTLPNUMBER_POINT__VALUE_AS_INT
            c.pointee.as_int = Int64(value)
        case nil: break
        }
        (c.pointee.n_attributes, c.pointee.attributes) = arena.store(attributes)
    }
}
