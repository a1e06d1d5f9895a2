// Written by scripts/proto from laneway/internal/ttrpc.proto. Change that, not this.

internal import CMessages

/// What begins a stream of ttrpc.
package struct TTRPCRequest: Sendable, Hashable {
    /// The full name of the service.
    package var service: String
    /// The name of the method.
    package var method: String
    /// The first message, or the only one.
    package var payload: [UInt8]
    /// The caller's timeout in nanoseconds; 0 for none, less for one that is over.
    package var timeoutNano: Int
    /// What the caller sends beside the message; a key may come more than once.
    package var metadata: [TTRPCKeyValue]

    /// Fields left out are absent, zero or empty.
    package init(
        service: String = "", method: String = "", payload: [UInt8] = [], timeoutNano: Int = 0,
        metadata: [TTRPCKeyValue] = []
    ) {
        self.service = service
        self.method = method
        self.payload = payload
        self.timeoutNano = timeoutNano
        self.metadata = metadata
    }
}

extension TTRPCRequest: WireMessage {
    package static var fullName: String { "laneway.internal.TTRPCRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension TTRPCRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__ttrpcrequest__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__TTRPCRequest>) {
        service = .init(c.pointee.service)
        method = .init(c.pointee.method)
        payload = .init(c.pointee.payload)
        timeoutNano = Int(c.pointee.timeout_nano)
        metadata = .init(c.pointee.n_metadata, c.pointee.metadata)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__TTRPCRequest>, in arena: inout Arena) {
        c.pointee.service = arena.store(service)
        c.pointee.method = arena.store(method)
        c.pointee.payload = arena.store(payload)
        c.pointee.timeout_nano = Int64(timeoutNano)
        (c.pointee.n_metadata, c.pointee.metadata) = arena.store(metadata)
    }
}
