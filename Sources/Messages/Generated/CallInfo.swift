// Written by scripts/proto from laneway/v1/call_info.proto. Change that, not this.

internal import CMessages

/// What happened to one call.
public struct CallInfo: Sendable, Hashable {
    /// The id of the call: the client's laneway-call-id, or one made here.
    public var callID: String
    /// The caller id the client sent as laneway-caller-id; empty if it sent none.
    public var callerID: String
    /// The agent or skill run the client sent as laneway-run-id.
    public var runID: String
    /// The lane of the last attempt, or the lane the call waited in.
    public var lane: String
    /// The model exactly as the client asked for it.
    public var model: String
    /// Where the call ended.
    public var phase: Phase
    /// Milliseconds waited for slots, over all attempts.
    public var queueWaitMs: Int
    /// Milliseconds spent running, over all attempts, queue waits left out.
    public var executionMs: Int
    /// Every attempt, in the order they were made.
    public var attempts: [Attempt]
    /// The prompt as it was sent, one entry a message, written as "role: text".
    /// Filled only where the operator has turned attribution.persist_prompts on.
    public var messages: [String]
    /// True when messages was cut to keep the status details small.
    public var messagesTruncated: Bool
    /// The user id the kernel gave for the peer of the connection.
    public var uid: UInt32
    /// The end user the client named as laneway-user.
    public var user: String
    /// The tool the client named as laneway-tool.
    public var tool: String
    /// The priority the call ran at: system, interactive, default or batch. Lower
    /// than asked for where the caller's ceiling is (callers.max_priority).
    public var priority: String

    /// Fields left out are absent, zero or empty.
    public init(
        callID: String = "", callerID: String = "", runID: String = "", lane: String = "",
        model: String = "", phase: Phase = .unspecified, queueWaitMs: Int = 0, executionMs: Int = 0,
        attempts: [Attempt] = [], messages: [String] = [], messagesTruncated: Bool = false,
        uid: UInt32 = 0, user: String = "", tool: String = "", priority: String = ""
    ) {
        self.callID = callID
        self.callerID = callerID
        self.runID = runID
        self.lane = lane
        self.model = model
        self.phase = phase
        self.queueWaitMs = queueWaitMs
        self.executionMs = executionMs
        self.attempts = attempts
        self.messages = messages
        self.messagesTruncated = messagesTruncated
        self.uid = uid
        self.user = user
        self.tool = tool
        self.priority = priority
    }
}

extension CallInfo: WireMessage {
    package static var fullName: String { "laneway.v1.CallInfo" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension CallInfo: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__call_info__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__CallInfo>) {
        callID = .init(c.pointee.call_id)
        callerID = .init(c.pointee.caller_id)
        runID = .init(c.pointee.run_id)
        lane = .init(c.pointee.lane)
        model = .init(c.pointee.model)
        phase = .init(rawValue: c.pointee.phase)
        queueWaitMs = Int(c.pointee.queue_wait_ms)
        executionMs = Int(c.pointee.execution_ms)
        attempts = .init(c.pointee.n_attempts, c.pointee.attempts)
        messages = .init(c.pointee.n_messages, c.pointee.messages)
        messagesTruncated = c.pointee.messages_truncated != 0
        uid = c.pointee.uid
        user = .init(c.pointee.user)
        tool = .init(c.pointee.tool)
        priority = .init(c.pointee.priority)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__CallInfo>, in arena: inout Arena) {
        c.pointee.call_id = arena.store(callID)
        c.pointee.caller_id = arena.store(callerID)
        c.pointee.run_id = arena.store(runID)
        c.pointee.lane = arena.store(lane)
        c.pointee.model = arena.store(model)
        c.pointee.phase = phase.rawValue
        c.pointee.queue_wait_ms = Int64(queueWaitMs)
        c.pointee.execution_ms = Int64(executionMs)
        (c.pointee.n_attempts, c.pointee.attempts) = arena.store(attempts)
        (c.pointee.n_messages, c.pointee.messages) = arena.store(messages)
        c.pointee.messages_truncated = messagesTruncated ? 1 : 0
        c.pointee.uid = uid
        c.pointee.user = arena.store(user)
        c.pointee.tool = arena.store(tool)
        c.pointee.priority = arena.store(priority)
    }
}
