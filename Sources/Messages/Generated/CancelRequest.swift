// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// Which call to end.
public struct CancelRequest: Sendable, Hashable {
    /// Its call id.
    public var callID: String

    /// Fields left out are absent, zero or empty.
    public init(callID: String = "") {
        self.callID = callID
    }
}

extension CancelRequest: WireMessage {
    package static var fullName: String { "laneway.v1.CancelRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension CancelRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__cancel_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__CancelRequest>) {
        callID = .init(c.pointee.call_id)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__CancelRequest>, in arena: inout Arena) {
        c.pointee.call_id = arena.store(callID)
    }
}
