// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// One call to a model.
public struct GenerateRequest: Sendable, Hashable {
    /// A tier (fast), a target (openai/gpt-4o, with an effort suffix if wanted:
    /// openai/o3:high), or a comma-separated chain of targets.
    public var model: String
    /// The conversation so far. At least one message.
    public var messages: [Message]
    /// The tools the model may call.
    public var tools: [Tool]
    /// Whether it may, must or must not. Absent: the model decides.
    public var toolChoice: ToolChoice?
    /// 0 to 2. Absent: the provider's default.
    public var temperature: Double?
    /// More than 0, at most 1. Absent: the provider's default.
    public var topP: Double?
    /// The most tokens to write. 0: the provider's default.
    public var maxOutputTokens: Int
    /// Texts that end the answer.
    public var stop: [String]
    /// Asks for a repeatable answer. Absent: none asked for.
    public var seed: Int?
    /// The form of the answer. Absent: text.
    public var responseFormat: ResponseFormat?
    /// How hard to think. A suffix on the target wins.
    public var reasoningEffort: ReasoningEffort
    /// The band to wait in; clamped to the caller's ceiling.
    public var priority: Priority
    /// The longest wait for a slot, in milliseconds. 0: the lane's queue clock.
    public var maxQueueWaitMs: Int
    /// The longest execution over the whole chain, in milliseconds, queue waits
    /// left out. 0: the provider's execution clock.
    public var executionTimeoutMs: Int
    /// Calls of one caller with the same key and request are run once.
    public var idempotencyKey: String
    /// Stream only: send queued events while the call waits.
    public var queueEvents: Bool

    /// Fields left out are absent, zero or empty.
    public init(
        model: String = "", messages: [Message] = [], tools: [Tool] = [],
        toolChoice: ToolChoice? = nil, temperature: Double? = nil, topP: Double? = nil,
        maxOutputTokens: Int = 0, stop: [String] = [], seed: Int? = nil,
        responseFormat: ResponseFormat? = nil, reasoningEffort: ReasoningEffort = .unspecified,
        priority: Priority = .unspecified, maxQueueWaitMs: Int = 0, executionTimeoutMs: Int = 0,
        idempotencyKey: String = "", queueEvents: Bool = false
    ) {
        self.model = model
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.temperature = temperature
        self.topP = topP
        self.maxOutputTokens = maxOutputTokens
        self.stop = stop
        self.seed = seed
        self.responseFormat = responseFormat
        self.reasoningEffort = reasoningEffort
        self.priority = priority
        self.maxQueueWaitMs = maxQueueWaitMs
        self.executionTimeoutMs = executionTimeoutMs
        self.idempotencyKey = idempotencyKey
        self.queueEvents = queueEvents
    }
}

extension GenerateRequest: WireMessage {
    package static var fullName: String { "laneway.v1.GenerateRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension GenerateRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__generate_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__GenerateRequest>) {
        model = .init(c.pointee.model)
        messages = .init(c.pointee.n_messages, c.pointee.messages)
        tools = .init(c.pointee.n_tools, c.pointee.tools)
        toolChoice = c.pointee.tool_choice.map { .init($0) }
        if c.pointee.has_temperature_case.rawValue != 0 {
            temperature = c.pointee.temperature
        }
        if c.pointee.has_top_p_case.rawValue != 0 {
            topP = c.pointee.top_p
        }
        maxOutputTokens = Int(c.pointee.max_output_tokens)
        stop = .init(c.pointee.n_stop, c.pointee.stop)
        if c.pointee.has_seed_case.rawValue != 0 {
            seed = Int(c.pointee.seed)
        }
        responseFormat = c.pointee.response_format.map { .init($0) }
        reasoningEffort = .init(rawValue: c.pointee.reasoning_effort)
        priority = .init(rawValue: c.pointee.priority)
        maxQueueWaitMs = Int(c.pointee.max_queue_wait_ms)
        executionTimeoutMs = Int(c.pointee.execution_timeout_ms)
        idempotencyKey = .init(c.pointee.idempotency_key)
        queueEvents = c.pointee.queue_events != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__GenerateRequest>, in arena: inout Arena) {
        c.pointee.model = arena.store(model)
        (c.pointee.n_messages, c.pointee.messages) = arena.store(messages)
        (c.pointee.n_tools, c.pointee.tools) = arena.store(tools)
        c.pointee.tool_choice = arena.store(toolChoice)
        if let temperature {
            c.pointee.has_temperature_case =
                LANEWAY__V1__GENERATE_REQUEST__HAS_TEMPERATURE_TEMPERATURE
            c.pointee.temperature = temperature
        }
        if let topP {
            c.pointee.has_top_p_case =
                LANEWAY__V1__GENERATE_REQUEST__HAS_TOP_P_TOP_P
            c.pointee.top_p = topP
        }
        c.pointee.max_output_tokens = Int64(maxOutputTokens)
        (c.pointee.n_stop, c.pointee.stop) = arena.store(stop)
        if let seed {
            c.pointee.has_seed_case =
                LANEWAY__V1__GENERATE_REQUEST__HAS_SEED_SEED
            c.pointee.seed = Int64(seed)
        }
        c.pointee.response_format = arena.store(responseFormat)
        c.pointee.reasoning_effort = reasoningEffort.rawValue
        c.pointee.priority = priority.rawValue
        c.pointee.max_queue_wait_ms = Int64(maxQueueWaitMs)
        c.pointee.execution_timeout_ms = Int64(executionTimeoutMs)
        c.pointee.idempotency_key = arena.store(idempotencyKey)
        c.pointee.queue_events = queueEvents ? 1 : 0
    }
}
