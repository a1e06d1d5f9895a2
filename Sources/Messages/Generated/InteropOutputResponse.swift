// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// One answer of a server's stream.
package struct InteropOutputResponse: Sendable, Hashable {
    /// As large as was asked for.
    package var payload: InteropPayload?

    /// Fields left out are absent, zero or empty.
    package init(payload: InteropPayload? = nil) {
        self.payload = payload
    }
}

extension InteropOutputResponse: WireMessage {
    package static var fullName: String { "laneway.internal.InteropOutputResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropOutputResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_output_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropOutputResponse>) {
        payload = c.pointee.payload.map { .init($0) }
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropOutputResponse>, in arena: inout Arena
    ) {
        c.pointee.payload = arena.store(payload)
    }
}
