// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// One message of a client's stream.
package struct InteropInputRequest: Sendable, Hashable {
    /// What is counted.
    package var payload: InteropPayload?

    /// Fields left out are absent, zero or empty.
    package init(payload: InteropPayload? = nil) {
        self.payload = payload
    }
}

extension InteropInputRequest: WireMessage {
    package static var fullName: String { "laneway.internal.InteropInputRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropInputRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_input_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropInputRequest>) {
        payload = c.pointee.payload.map { .init($0) }
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropInputRequest>, in arena: inout Arena
    ) {
        c.pointee.payload = arena.store(payload)
    }
}
