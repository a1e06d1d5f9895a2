// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// The answer of a unary call.
package struct InteropSimpleResponse: Sendable, Hashable {
    /// As large as was asked for.
    package var payload: InteropPayload?

    /// Fields left out are absent, zero or empty.
    package init(payload: InteropPayload? = nil) {
        self.payload = payload
    }
}

extension InteropSimpleResponse: WireMessage {
    package static var fullName: String { "laneway.internal.InteropSimpleResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropSimpleResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_simple_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropSimpleResponse>) {
        payload = c.pointee.payload.map { .init($0) }
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropSimpleResponse>, in arena: inout Arena
    ) {
        c.pointee.payload = arena.store(payload)
    }
}
