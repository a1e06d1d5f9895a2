// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// One turn of a conversation.
public struct Message: Sendable, Hashable {
    /// Whose turn it is.
    public var role: Role
    /// What it says, in order.
    public var parts: [Part]

    /// Fields left out are absent, zero or empty.
    public init(role: Role = .unspecified, parts: [Part] = []) {
        self.role = role
        self.parts = parts
    }
}

extension Message: WireMessage {
    package static var fullName: String { "laneway.v1.Message" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Message: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__message__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Message>) {
        role = .init(rawValue: c.pointee.role)
        parts = .init(c.pointee.n_parts, c.pointee.parts)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Message>, in arena: inout Arena) {
        c.pointee.role = role.rawValue
        (c.pointee.n_parts, c.pointee.parts) = arena.store(parts)
    }
}
