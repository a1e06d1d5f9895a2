// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Something that happened during a span, at one moment.
package struct OTLPSpanEvent: Sendable, Hashable {
    /// The moment, in nanoseconds since 1970.
    package var timeUnixNano: UInt64
    /// What happened.
    package var name: String
    /// What is known of it.
    package var attributes: [OTLPKeyValue]

    /// Fields left out are absent, zero or empty.
    package init(timeUnixNano: UInt64 = 0, name: String = "", attributes: [OTLPKeyValue] = []) {
        self.timeUnixNano = timeUnixNano
        self.name = name
        self.attributes = attributes
    }
}

extension OTLPSpanEvent: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPSpanEvent" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPSpanEvent: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpspan_event__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPSpanEvent>) {
        timeUnixNano = c.pointee.time_unix_nano
        name = .init(c.pointee.name)
        attributes = .init(c.pointee.n_attributes, c.pointee.attributes)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPSpanEvent>, in arena: inout Arena) {
        c.pointee.time_unix_nano = timeUnixNano
        c.pointee.name = arena.store(name)
        (c.pointee.n_attributes, c.pointee.attributes) = arena.store(attributes)
    }
}
