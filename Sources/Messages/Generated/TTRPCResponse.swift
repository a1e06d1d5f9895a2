// Written by scripts/proto from laneway/internal/ttrpc.proto. Change that, not this.

internal import CMessages

/// What ends a stream of ttrpc, but for one that streamed answers and went well.
package struct TTRPCResponse: Sendable, Hashable {
    /// How the call ended; absent for OK.
    package var status: RPCStatusMessage?
    /// The only answer.
    package var payload: [UInt8]

    /// Fields left out are absent, zero or empty.
    package init(status: RPCStatusMessage? = nil, payload: [UInt8] = []) {
        self.status = status
        self.payload = payload
    }
}

extension TTRPCResponse: WireMessage {
    package static var fullName: String { "laneway.internal.TTRPCResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension TTRPCResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__ttrpcresponse__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__TTRPCResponse>) {
        status = c.pointee.status.map { .init($0) }
        payload = .init(c.pointee.payload)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__TTRPCResponse>, in arena: inout Arena) {
        c.pointee.status = arena.store(status)
        c.pointee.payload = arena.store(payload)
    }
}
