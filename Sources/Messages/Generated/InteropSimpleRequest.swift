// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// What a unary call asks for.
package struct InteropSimpleRequest: Sendable, Hashable {
    /// How many bytes the answer's payload is to have.
    package var responseSize: Int32
    /// What makes the request large.
    package var payload: InteropPayload?
    /// The status to end with instead of answering; absent for OK.
    package var responseStatus: InteropStatus?

    /// Fields left out are absent, zero or empty.
    package init(
        responseSize: Int32 = 0, payload: InteropPayload? = nil,
        responseStatus: InteropStatus? = nil
    ) {
        self.responseSize = responseSize
        self.payload = payload
        self.responseStatus = responseStatus
    }
}

extension InteropSimpleRequest: WireMessage {
    package static var fullName: String { "laneway.internal.InteropSimpleRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropSimpleRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_simple_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropSimpleRequest>) {
        responseSize = c.pointee.response_size
        payload = c.pointee.payload.map { .init($0) }
        responseStatus = c.pointee.response_status.map { .init($0) }
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropSimpleRequest>, in arena: inout Arena
    ) {
        c.pointee.response_size = responseSize
        c.pointee.payload = arena.store(payload)
        c.pointee.response_status = arena.store(responseStatus)
    }
}
