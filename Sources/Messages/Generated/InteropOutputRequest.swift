// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// What a call with streamed answers asks for.
package struct InteropOutputRequest: Sendable, Hashable {
    /// The answers, in their order.
    package var responseParameters: [InteropResponseParameters]
    /// What makes the request large.
    package var payload: InteropPayload?
    /// The status to end with instead of answering; absent for OK.
    package var responseStatus: InteropStatus?

    /// Fields left out are absent, zero or empty.
    package init(
        responseParameters: [InteropResponseParameters] = [], payload: InteropPayload? = nil,
        responseStatus: InteropStatus? = nil
    ) {
        self.responseParameters = responseParameters
        self.payload = payload
        self.responseStatus = responseStatus
    }
}

extension InteropOutputRequest: WireMessage {
    package static var fullName: String { "laneway.internal.InteropOutputRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropOutputRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_output_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropOutputRequest>) {
        responseParameters = .init(c.pointee.n_response_parameters, c.pointee.response_parameters)
        payload = c.pointee.payload.map { .init($0) }
        responseStatus = c.pointee.response_status.map { .init($0) }
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__InteropOutputRequest>, in arena: inout Arena
    ) {
        (c.pointee.n_response_parameters, c.pointee.response_parameters) = arena.store(
            responseParameters)
        c.pointee.payload = arena.store(payload)
        c.pointee.response_status = arena.store(responseStatus)
    }
}
