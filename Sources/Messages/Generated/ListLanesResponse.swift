// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// The lanes asked for.
public struct ListLanesResponse: Sendable, Hashable {
    /// In the order of their names.
    public var lanes: [LaneStatus]

    /// Fields left out are absent, zero or empty.
    public init(lanes: [LaneStatus] = []) {
        self.lanes = lanes
    }
}

extension ListLanesResponse: WireMessage {
    package static var fullName: String { "laneway.v1.ListLanesResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ListLanesResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__list_lanes_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ListLanesResponse>) {
        lanes = .init(c.pointee.n_lanes, c.pointee.lanes)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ListLanesResponse>, in arena: inout Arena) {
        (c.pointee.n_lanes, c.pointee.lanes) = arena.store(lanes)
    }
}
