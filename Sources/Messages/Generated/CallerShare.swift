// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// The part of a lane one caller has.
public struct CallerShare: Sendable, Hashable {
    /// The uid the kernel gave for the caller's connections.
    public var uid: UInt32
    /// Its caller id; empty is the uid's own bucket.
    public var callerID: String
    /// Its weight in the lane.
    public var weight: Double
    /// Its calls waiting.
    public var queued: Int32
    /// Bytes of prompts those hold.
    public var queuedBytes: Int
    /// Its calls holding a slot.
    public var running: Int32
    /// How long its oldest waiting call has waited, in milliseconds.
    public var oldestWaitMs: Int
    /// Its established streams.
    public var openStreams: Int32
    /// Its calls started since the lane has known it. A caller that stays away is
    /// forgotten in time and then counts from 0 again.
    public var started: Int
    /// How many calls leave the queue before the next of its own, should no other
    /// call come. 0 too where none of its calls waits, -1 where it stands too far
    /// back to be counted (behind 2,048 others).
    public var firstPosition: Int32
    /// The same for the last of its own that was counted.
    public var lastPosition: Int32
    /// How long its last waiting call may still wait, in milliseconds. 0: not
    /// known, or none waits.
    public var estimatedWaitMs: Int

    /// Fields left out are absent, zero or empty.
    public init(
        uid: UInt32 = 0, callerID: String = "", weight: Double = 0, queued: Int32 = 0,
        queuedBytes: Int = 0, running: Int32 = 0, oldestWaitMs: Int = 0, openStreams: Int32 = 0,
        started: Int = 0, firstPosition: Int32 = 0, lastPosition: Int32 = 0,
        estimatedWaitMs: Int = 0
    ) {
        self.uid = uid
        self.callerID = callerID
        self.weight = weight
        self.queued = queued
        self.queuedBytes = queuedBytes
        self.running = running
        self.oldestWaitMs = oldestWaitMs
        self.openStreams = openStreams
        self.started = started
        self.firstPosition = firstPosition
        self.lastPosition = lastPosition
        self.estimatedWaitMs = estimatedWaitMs
    }
}

extension CallerShare: WireMessage {
    package static var fullName: String { "laneway.v1.CallerShare" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension CallerShare: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__caller_share__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__CallerShare>) {
        uid = c.pointee.uid
        callerID = .init(c.pointee.caller_id)
        weight = c.pointee.weight
        queued = c.pointee.queued
        queuedBytes = Int(c.pointee.queued_bytes)
        running = c.pointee.running
        oldestWaitMs = Int(c.pointee.oldest_wait_ms)
        openStreams = c.pointee.open_streams
        started = Int(c.pointee.started)
        firstPosition = c.pointee.first_position
        lastPosition = c.pointee.last_position
        estimatedWaitMs = Int(c.pointee.estimated_wait_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__CallerShare>, in arena: inout Arena) {
        c.pointee.uid = uid
        c.pointee.caller_id = arena.store(callerID)
        c.pointee.weight = weight
        c.pointee.queued = queued
        c.pointee.queued_bytes = Int64(queuedBytes)
        c.pointee.running = running
        c.pointee.oldest_wait_ms = Int64(oldestWaitMs)
        c.pointee.open_streams = openStreams
        c.pointee.started = Int64(started)
        c.pointee.first_position = firstPosition
        c.pointee.last_position = lastPosition
        c.pointee.estimated_wait_ms = Int64(estimatedWaitMs)
    }
}
