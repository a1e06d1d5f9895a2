// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Who reports: the process the telemetry is about.
package struct OTLPResource: Sendable, Hashable {
    /// What is known of it, for example service.name.
    package var attributes: [OTLPKeyValue]

    /// Fields left out are absent, zero or empty.
    package init(attributes: [OTLPKeyValue] = []) {
        self.attributes = attributes
    }
}

extension OTLPResource: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPResource" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPResource: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpresource__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPResource>) {
        attributes = .init(c.pointee.n_attributes, c.pointee.attributes)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPResource>, in arena: inout Arena) {
        (c.pointee.n_attributes, c.pointee.attributes) = arena.store(attributes)
    }
}
