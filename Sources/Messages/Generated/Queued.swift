// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// A call waits for a slot. Sent only where queue_events asked for it.
public struct Queued: Sendable, Hashable {
    /// How many calls leave the queue before this one.
    public var position: Int32
    /// How long that may take, in milliseconds. 0: not known.
    public var estimatedWaitMs: Int

    /// Fields left out are absent, zero or empty.
    public init(position: Int32 = 0, estimatedWaitMs: Int = 0) {
        self.position = position
        self.estimatedWaitMs = estimatedWaitMs
    }
}

extension Queued: WireMessage {
    package static var fullName: String { "laneway.v1.Queued" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Queued: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__queued__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Queued>) {
        position = c.pointee.position
        estimatedWaitMs = Int(c.pointee.estimated_wait_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Queued>, in arena: inout Arena) {
        c.pointee.position = position
        c.pointee.estimated_wait_ms = Int64(estimatedWaitMs)
    }
}
