// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// The lane after the change.
public struct UpdateLaneResponse: Sendable, Hashable {
    /// Its state.
    public var lane: LaneStatus?

    /// Fields left out are absent, zero or empty.
    public init(lane: LaneStatus? = nil) {
        self.lane = lane
    }
}

extension UpdateLaneResponse: WireMessage {
    package static var fullName: String { "laneway.v1.UpdateLaneResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension UpdateLaneResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__update_lane_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__UpdateLaneResponse>) {
        lane = c.pointee.lane.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__UpdateLaneResponse>, in arena: inout Arena) {
        c.pointee.lane = arena.store(lane)
    }
}
