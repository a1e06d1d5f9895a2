// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// Calls whose wait for a slot was within two bounds.
public struct WaitBucket: Sendable, Hashable {
    /// The longest wait of the bucket in milliseconds; the shortest is longer than
    /// the bucket before. 0 for the last bucket, which has no bound.
    public var uptoMs: Int
    /// Calls in it, since the daemon started.
    public var count: Int

    /// Fields left out are absent, zero or empty.
    public init(uptoMs: Int = 0, count: Int = 0) {
        self.uptoMs = uptoMs
        self.count = count
    }
}

extension WaitBucket: WireMessage {
    package static var fullName: String { "laneway.v1.WaitBucket" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension WaitBucket: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__wait_bucket__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__WaitBucket>) {
        uptoMs = Int(c.pointee.upto_ms)
        count = Int(c.pointee.count)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__WaitBucket>, in arena: inout Arena) {
        c.pointee.upto_ms = Int64(uptoMs)
        c.pointee.count = Int64(count)
    }
}
