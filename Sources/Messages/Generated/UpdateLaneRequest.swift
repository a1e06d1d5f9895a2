// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// What to change. A field that is absent stays as it is.
public struct UpdateLaneRequest: Sendable, Hashable {
    /// The lane's name. It must exist.
    public var name: String
    /// How many slots it has from now on, at least 1.
    public var concurrency: Int32?
    /// The most calls that may wait.
    public var queueDepthMax: Int32?
    /// The most bytes of prompts that may wait.
    public var queueBytesMax: Int?
    /// True stops starting calls, false goes on.
    public var paused: Bool?
    /// The most established streams.
    public var maxOpenStreams: Int32?

    /// Fields left out are absent, zero or empty.
    public init(
        name: String = "", concurrency: Int32? = nil, queueDepthMax: Int32? = nil,
        queueBytesMax: Int? = nil, paused: Bool? = nil, maxOpenStreams: Int32? = nil
    ) {
        self.name = name
        self.concurrency = concurrency
        self.queueDepthMax = queueDepthMax
        self.queueBytesMax = queueBytesMax
        self.paused = paused
        self.maxOpenStreams = maxOpenStreams
    }
}

extension UpdateLaneRequest: WireMessage {
    package static var fullName: String { "laneway.v1.UpdateLaneRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension UpdateLaneRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__update_lane_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__UpdateLaneRequest>) {
        name = .init(c.pointee.name)
        if c.pointee.has_concurrency_case.rawValue != 0 {
            concurrency = c.pointee.concurrency
        }
        if c.pointee.has_queue_depth_max_case.rawValue != 0 {
            queueDepthMax = c.pointee.queue_depth_max
        }
        if c.pointee.has_queue_bytes_max_case.rawValue != 0 {
            queueBytesMax = Int(c.pointee.queue_bytes_max)
        }
        if c.pointee.has_paused_case.rawValue != 0 {
            paused = c.pointee.paused != 0
        }
        if c.pointee.has_max_open_streams_case.rawValue != 0 {
            maxOpenStreams = c.pointee.max_open_streams
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__UpdateLaneRequest>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        if let concurrency {
            c.pointee.has_concurrency_case =
                LANEWAY__V1__UPDATE_LANE_REQUEST__HAS_CONCURRENCY_CONCURRENCY
            c.pointee.concurrency = concurrency
        }
        if let queueDepthMax {
            c.pointee.has_queue_depth_max_case =
                LANEWAY__V1__UPDATE_LANE_REQUEST__HAS_QUEUE_DEPTH_MAX_QUEUE_DEPTH_MAX
            c.pointee.queue_depth_max = queueDepthMax
        }
        if let queueBytesMax {
            c.pointee.has_queue_bytes_max_case =
                LANEWAY__V1__UPDATE_LANE_REQUEST__HAS_QUEUE_BYTES_MAX_QUEUE_BYTES_MAX
            c.pointee.queue_bytes_max = Int64(queueBytesMax)
        }
        if let paused {
            c.pointee.has_paused_case =
                LANEWAY__V1__UPDATE_LANE_REQUEST__HAS_PAUSED_PAUSED
            c.pointee.paused = paused ? 1 : 0
        }
        if let maxOpenStreams {
            c.pointee.has_max_open_streams_case =
                LANEWAY__V1__UPDATE_LANE_REQUEST__HAS_MAX_OPEN_STREAMS_MAX_OPEN_STREAMS
            c.pointee.max_open_streams = maxOpenStreams
        }
    }
}
