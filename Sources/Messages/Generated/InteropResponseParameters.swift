// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// One answer that a server's stream is to have.
package struct InteropResponseParameters: Sendable, Hashable {
    /// How many bytes its payload is to have.
    package var size: Int32
    /// How long to wait before it, in microseconds.
    package var intervalUs: Int32

    /// Fields left out are absent, zero or empty.
    package init(size: Int32 = 0, intervalUs: Int32 = 0) {
        self.size = size
        self.intervalUs = intervalUs
    }
}

extension InteropResponseParameters: WireMessage {
    package static var fullName: String { "laneway.internal.InteropResponseParameters" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropResponseParameters: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_response_parameters__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropResponseParameters>) {
        size = c.pointee.size
        intervalUs = c.pointee.interval_us
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropResponseParameters>,
        in arena: inout Arena
    ) {
        c.pointee.size = size
        c.pointee.interval_us = intervalUs
    }
}
