// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// Which lanes to list.
public struct ListLanesRequest: Sendable, Hashable {
    /// Their names. Empty: all of them.
    public var names: [String]

    /// Fields left out are absent, zero or empty.
    public init(names: [String] = []) {
        self.names = names
    }
}

extension ListLanesRequest: WireMessage {
    package static var fullName: String { "laneway.v1.ListLanesRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ListLanesRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__list_lanes_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ListLanesRequest>) {
        names = .init(c.pointee.n_names, c.pointee.names)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ListLanesRequest>, in arena: inout Arena) {
        (c.pointee.n_names, c.pointee.names) = arena.store(names)
    }
}
