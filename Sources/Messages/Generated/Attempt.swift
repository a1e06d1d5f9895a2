// Written by scripts/proto from laneway/v1/call_info.proto. Change that, not this.

internal import CMessages

/// One try of a call on one target.
public struct Attempt: Sendable, Hashable {
    /// The target tried, as provider/model with its effort suffix if it had one.
    public var target: String
    /// The lane the attempt took its slot from; empty where queueing is off.
    public var lane: String
    /// The gRPC status code this attempt ended with (0 is OK).
    public var code: Int32
    /// Why, as one of the reasons in docs/protocol.md, for example
    /// UPSTREAM_RATE_LIMITED. Empty when the attempt succeeded.
    public var reason: String
    /// The HTTP status the provider answered with, or 0 when none arrived.
    public var httpStatus: Int32
    /// The provider's own id of the request, when it sent one.
    public var upstreamRequestID: String
    /// What went wrong, in words, with secrets taken out. Empty on success.
    public var message: String
    /// Milliseconds this attempt waited for its slot.
    public var queueWaitMs: Int
    /// Milliseconds from the slot to the end of the attempt.
    public var durationMs: Int
    /// Milliseconds the provider asked us to wait before another try; 0 is none.
    public var retryAfterMs: Int

    /// Fields left out are absent, zero or empty.
    public init(
        target: String = "", lane: String = "", code: Int32 = 0, reason: String = "",
        httpStatus: Int32 = 0, upstreamRequestID: String = "", message: String = "",
        queueWaitMs: Int = 0, durationMs: Int = 0, retryAfterMs: Int = 0
    ) {
        self.target = target
        self.lane = lane
        self.code = code
        self.reason = reason
        self.httpStatus = httpStatus
        self.upstreamRequestID = upstreamRequestID
        self.message = message
        self.queueWaitMs = queueWaitMs
        self.durationMs = durationMs
        self.retryAfterMs = retryAfterMs
    }
}

extension Attempt: WireMessage {
    package static var fullName: String { "laneway.v1.Attempt" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Attempt: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__attempt__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Attempt>) {
        target = .init(c.pointee.target)
        lane = .init(c.pointee.lane)
        code = c.pointee.code
        reason = .init(c.pointee.reason)
        httpStatus = c.pointee.http_status
        upstreamRequestID = .init(c.pointee.upstream_request_id)
        message = .init(c.pointee.message)
        queueWaitMs = Int(c.pointee.queue_wait_ms)
        durationMs = Int(c.pointee.duration_ms)
        retryAfterMs = Int(c.pointee.retry_after_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Attempt>, in arena: inout Arena) {
        c.pointee.target = arena.store(target)
        c.pointee.lane = arena.store(lane)
        c.pointee.code = code
        c.pointee.reason = arena.store(reason)
        c.pointee.http_status = httpStatus
        c.pointee.upstream_request_id = arena.store(upstreamRequestID)
        c.pointee.message = arena.store(message)
        c.pointee.queue_wait_ms = Int64(queueWaitMs)
        c.pointee.duration_ms = Int64(durationMs)
        c.pointee.retry_after_ms = Int64(retryAfterMs)
    }
}
