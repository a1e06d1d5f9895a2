// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// What the cancel found.
public struct CancelResponse: Sendable, Hashable {
    /// True when such a call was running or waiting; it has been told to end.
    public var found: Bool

    /// Fields left out are absent, zero or empty.
    public init(found: Bool = false) {
        self.found = found
    }
}

extension CancelResponse: WireMessage {
    package static var fullName: String { "laneway.v1.CancelResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension CancelResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__cancel_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__CancelResponse>) {
        found = c.pointee.found != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__CancelResponse>, in arena: inout Arena) {
        c.pointee.found = found ? 1 : 0
    }
}
