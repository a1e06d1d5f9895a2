// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// The answer to a client's stream.
package struct InteropInputResponse: Sendable, Hashable {
    /// The bytes of all payloads together.
    package var aggregatedPayloadSize: Int32

    /// Fields left out are absent, zero or empty.
    package init(aggregatedPayloadSize: Int32 = 0) {
        self.aggregatedPayloadSize = aggregatedPayloadSize
    }
}

extension InteropInputResponse: WireMessage {
    package static var fullName: String { "laneway.internal.InteropInputResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropInputResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_input_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropInputResponse>) {
        aggregatedPayloadSize = c.pointee.aggregated_payload_size
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropInputResponse>, in arena: inout Arena
    ) {
        c.pointee.aggregated_payload_size = aggregatedPayloadSize
    }
}
