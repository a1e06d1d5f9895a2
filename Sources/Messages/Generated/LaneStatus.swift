// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// The state of one lane at one moment.
public struct LaneStatus: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// How many slots it has. Lowering it lets running calls end, so more may be
    /// taken for a while.
    public var concurrency: Int32
    /// How many are taken.
    public var running: Int32
    /// Established streams that have given their slot back.
    public var openStreams: Int32
    /// The most established streams it allows.
    public var maxOpenStreams: Int32
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
    /// Calls started since the daemon started.
    public var started: Int
    /// Those of them that aging lifted over a more urgent call.
    public var promotions: Int
    /// How evenly the lane was shared over the last half minute to minute: Jain's
    /// index over what each caller got against its due, by weight and by what it
    /// asked for. 1 is even, 1/n is all for one of n. 0: nothing ran, so not known.
    public var jainIndex: Double
    /// How long the started calls waited.
    public var queueWait: WaitHistogram?
    /// What the lane shares out: slot_seconds, requests or tokens.
    public var cost: String
    /// Until when a stream keeps its slot: establishment or completion.
    public var hold: String
    /// True once the daemon is shutting down: all calls are refused.
    public var draining: Bool
    /// Slots there are now: fewer than concurrency while the lane adapts to an
    /// upstream that had too much to do, none while it is paused.
    public var slots: Int32

    /// Fields left out are absent, zero or empty.
    public init(
        name: String = "", concurrency: Int32 = 0, running: Int32 = 0, openStreams: Int32 = 0,
        maxOpenStreams: Int32 = 0, queued: Int32 = 0, queuedBytes: Int = 0,
        queueDepthMax: Int32 = 0, queueBytesMax: Int = 0, paused: Bool = false,
        estimatedWaitMs: Int = 0, callers: [CallerShare] = [], refusals: [RefusalCount] = [],
        leakedSlots: Int = 0, started: Int = 0, promotions: Int = 0, jainIndex: Double = 0,
        queueWait: WaitHistogram? = nil, cost: String = "", hold: String = "",
        draining: Bool = false, slots: Int32 = 0
    ) {
        self.name = name
        self.concurrency = concurrency
        self.running = running
        self.openStreams = openStreams
        self.maxOpenStreams = maxOpenStreams
        self.queued = queued
        self.queuedBytes = queuedBytes
        self.queueDepthMax = queueDepthMax
        self.queueBytesMax = queueBytesMax
        self.paused = paused
        self.estimatedWaitMs = estimatedWaitMs
        self.callers = callers
        self.refusals = refusals
        self.leakedSlots = leakedSlots
        self.started = started
        self.promotions = promotions
        self.jainIndex = jainIndex
        self.queueWait = queueWait
        self.cost = cost
        self.hold = hold
        self.draining = draining
        self.slots = slots
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
        maxOpenStreams = c.pointee.max_open_streams
        queued = c.pointee.queued
        queuedBytes = Int(c.pointee.queued_bytes)
        queueDepthMax = c.pointee.queue_depth_max
        queueBytesMax = Int(c.pointee.queue_bytes_max)
        paused = c.pointee.paused != 0
        estimatedWaitMs = Int(c.pointee.estimated_wait_ms)
        callers = .init(c.pointee.n_callers, c.pointee.callers)
        refusals = .init(c.pointee.n_refusals, c.pointee.refusals)
        leakedSlots = Int(c.pointee.leaked_slots)
        started = Int(c.pointee.started)
        promotions = Int(c.pointee.promotions)
        jainIndex = c.pointee.jain_index
        queueWait = c.pointee.queue_wait.map { .init($0) }
        cost = .init(c.pointee.cost)
        hold = .init(c.pointee.hold)
        draining = c.pointee.draining != 0
        slots = c.pointee.slots
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__LaneStatus>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        c.pointee.concurrency = concurrency
        c.pointee.running = running
        c.pointee.open_streams = openStreams
        c.pointee.max_open_streams = maxOpenStreams
        c.pointee.queued = queued
        c.pointee.queued_bytes = Int64(queuedBytes)
        c.pointee.queue_depth_max = queueDepthMax
        c.pointee.queue_bytes_max = Int64(queueBytesMax)
        c.pointee.paused = paused ? 1 : 0
        c.pointee.estimated_wait_ms = Int64(estimatedWaitMs)
        (c.pointee.n_callers, c.pointee.callers) = arena.store(callers)
        (c.pointee.n_refusals, c.pointee.refusals) = arena.store(refusals)
        c.pointee.leaked_slots = Int64(leakedSlots)
        c.pointee.started = Int64(started)
        c.pointee.promotions = Int64(promotions)
        c.pointee.jain_index = jainIndex
        c.pointee.queue_wait = arena.store(queueWait)
        c.pointee.cost = arena.store(cost)
        c.pointee.hold = arena.store(hold)
        c.pointee.draining = draining ? 1 : 0
        c.pointee.slots = slots
    }
}
