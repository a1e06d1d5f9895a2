// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// How long calls waited for their slots, those included that did not wait.
public struct WaitHistogram: Sendable, Hashable {
    /// With rising bounds.
    public var buckets: [WaitBucket]
    /// All waits together, in milliseconds.
    public var sumMs: Int

    /// Fields left out are absent, zero or empty.
    public init(buckets: [WaitBucket] = [], sumMs: Int = 0) {
        self.buckets = buckets
        self.sumMs = sumMs
    }
}

extension WaitHistogram: WireMessage {
    package static var fullName: String { "laneway.v1.WaitHistogram" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension WaitHistogram: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__wait_histogram__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__WaitHistogram>) {
        buckets = .init(c.pointee.n_buckets, c.pointee.buckets)
        sumMs = Int(c.pointee.sum_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__WaitHistogram>, in arena: inout Arena) {
        (c.pointee.n_buckets, c.pointee.buckets) = arena.store(buckets)
        c.pointee.sum_ms = Int64(sumMs)
    }
}
