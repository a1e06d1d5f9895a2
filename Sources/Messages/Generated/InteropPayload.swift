// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// Bytes that make a message large.
package struct InteropPayload: Sendable, Hashable {
    /// Any bytes.
    package var body: [UInt8]

    /// Fields left out are absent, zero or empty.
    package init(body: [UInt8] = []) {
        self.body = body
    }
}

extension InteropPayload: WireMessage {
    package static var fullName: String { "laneway.internal.InteropPayload" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropPayload: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_payload__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropPayload>) {
        body = .init(c.pointee.body)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__InteropPayload>, in arena: inout Arena) {
        c.pointee.body = arena.store(body)
    }
}
