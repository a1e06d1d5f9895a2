// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// A list of texts. OTLP has lists of anything, which would make messages
/// recursive; of those only the texts are read.
package struct OTLPTextList: Sendable, Hashable {
    /// The texts, in their order.
    package var values: [OTLPText]

    /// Fields left out are absent, zero or empty.
    package init(values: [OTLPText] = []) {
        self.values = values
    }
}

extension OTLPTextList: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPTextList" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPTextList: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlptext_list__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPTextList>) {
        values = .init(c.pointee.n_values, c.pointee.values)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPTextList>, in arena: inout Arena) {
        (c.pointee.n_values, c.pointee.values) = arena.store(values)
    }
}
