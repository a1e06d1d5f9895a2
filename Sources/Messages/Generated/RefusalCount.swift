// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// How often a lane refused, by reason.
public struct RefusalCount: Sendable, Hashable {
    /// The reason, for example QUEUE_FULL.
    public var reason: String
    /// How often, since the daemon started.
    public var count: Int

    /// Fields left out are absent, zero or empty.
    public init(reason: String = "", count: Int = 0) {
        self.reason = reason
        self.count = count
    }
}

extension RefusalCount: WireMessage {
    package static var fullName: String { "laneway.v1.RefusalCount" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension RefusalCount: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__refusal_count__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__RefusalCount>) {
        reason = .init(c.pointee.reason)
        count = Int(c.pointee.count)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__RefusalCount>, in arena: inout Arena) {
        c.pointee.reason = arena.store(reason)
        c.pointee.count = Int64(count)
    }
}
