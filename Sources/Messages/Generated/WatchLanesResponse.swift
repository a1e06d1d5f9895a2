// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// The lanes watched, as they are now.
public struct WatchLanesResponse: Sendable, Hashable {
    /// In the order of their names.
    public var lanes: [LaneStatus]

    /// Fields left out are absent, zero or empty.
    public init(lanes: [LaneStatus] = []) {
        self.lanes = lanes
    }
}

extension WatchLanesResponse: WireMessage {
    package static var fullName: String { "laneway.v1.WatchLanesResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension WatchLanesResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__watch_lanes_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__WatchLanesResponse>) {
        lanes = .init(c.pointee.n_lanes, c.pointee.lanes)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__WatchLanesResponse>, in arena: inout Arena) {
        (c.pointee.n_lanes, c.pointee.lanes) = arena.store(lanes)
    }
}
