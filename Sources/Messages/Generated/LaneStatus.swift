// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// The state of one lane at one moment.
public struct LaneStatus: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// How many slots it has.
    public var concurrency: Int32
    /// How many are taken.
    public var running: Int32
    /// Established streams that have given their slot back.
    public var openStreams: Int32
    /// The most established streams it allows.
    public var openStreamsMax: Int32
    /// Calls waiting.
    public var queued: Int32
    /// Bytes of prompts those hold.
    public var queuedBytes: Int
    /// The most calls that may wait.
    public var queueDepthMax: Int32
    /// The most bytes of prompts that may wait.
    public var queueBytesMax: Int
    /// True when nothing is started until it is resumed.
    public var paused: Bool
    /// What a new call would wait, in milliseconds. 0: nothing, or not known.
    public var estimatedWaitMs: Int
    /// The callers that run or wait here.
    public var callers: [CallerShare]
    /// Refusals since the daemon started.
    public var refusals: [RefusalCount]
    /// Slots given back by accident since the daemon started. Ours to mend.
    public var leakedSlots: Int

    /// Fields left out are absent, zero or empty.
    public init(
        name: String = "", concurrency: Int32 = 0, running: Int32 = 0, openStreams: Int32 = 0,
        openStreamsMax: Int32 = 0, queued: Int32 = 0, queuedBytes: Int = 0,
        queueDepthMax: Int32 = 0, queueBytesMax: Int = 0, paused: Bool = false,
        estimatedWaitMs: Int = 0, callers: [CallerShare] = [], refusals: [RefusalCount] = [],
        leakedSlots: Int = 0
    ) {
        self.name = name
        self.concurrency = concurrency
        self.running = running
        self.openStreams = openStreams
        self.openStreamsMax = openStreamsMax
        self.queued = queued
        self.queuedBytes = queuedBytes
        self.queueDepthMax = queueDepthMax
        self.queueBytesMax = queueBytesMax
        self.paused = paused
        self.estimatedWaitMs = estimatedWaitMs
        self.callers = callers
        self.refusals = refusals
        self.leakedSlots = leakedSlots
    }
}

extension LaneStatus: WireMessage {
    package static var fullName: String { "laneway.v1.LaneStatus" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension LaneStatus: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__lane_status__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__LaneStatus>) {
        name = .init(c.pointee.name)
        concurrency = c.pointee.concurrency
        running = c.pointee.running
        openStreams = c.pointee.open_streams
        openStreamsMax = c.pointee.open_streams_max
        queued = c.pointee.queued
        queuedBytes = Int(c.pointee.queued_bytes)
        queueDepthMax = c.pointee.queue_depth_max
        queueBytesMax = Int(c.pointee.queue_bytes_max)
        paused = c.pointee.paused != 0
        estimatedWaitMs = Int(c.pointee.estimated_wait_ms)
        callers = .init(c.pointee.n_callers, c.pointee.callers)
        refusals = .init(c.pointee.n_refusals, c.pointee.refusals)
        leakedSlots = Int(c.pointee.leaked_slots)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__LaneStatus>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        c.pointee.concurrency = concurrency
        c.pointee.running = running
        c.pointee.open_streams = openStreams
        c.pointee.open_streams_max = openStreamsMax
        c.pointee.queued = queued
        c.pointee.queued_bytes = Int64(queuedBytes)
        c.pointee.queue_depth_max = queueDepthMax
        c.pointee.queue_bytes_max = Int64(queueBytesMax)
        c.pointee.paused = paused ? 1 : 0
        c.pointee.estimated_wait_ms = Int64(estimatedWaitMs)
        (c.pointee.n_callers, c.pointee.callers) = arena.store(callers)
        (c.pointee.n_refusals, c.pointee.refusals) = arena.store(refusals)
        c.pointee.leaked_slots = Int64(leakedSlots)
    }
}
