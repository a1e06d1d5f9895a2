// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// The stream is established.
public struct Started: Sendable, Hashable {
    /// The target that answers.
    public var target: String
    /// Its lane; empty where queueing is off.
    public var lane: String
    /// Milliseconds waited for slots.
    public var queueWaitMs: Int

    /// Fields left out are absent, zero or empty.
    public init(target: String = "", lane: String = "", queueWaitMs: Int = 0) {
        self.target = target
        self.lane = lane
        self.queueWaitMs = queueWaitMs
    }
}

extension Started: WireMessage {
    package static var fullName: String { "laneway.v1.Started" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Started: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__started__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Started>) {
        target = .init(c.pointee.target)
        lane = .init(c.pointee.lane)
        queueWaitMs = Int(c.pointee.queue_wait_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Started>, in arena: inout Arena) {
        c.pointee.target = arena.store(target)
        c.pointee.lane = arena.store(lane)
        c.pointee.queue_wait_ms = Int64(queueWaitMs)
    }
}
