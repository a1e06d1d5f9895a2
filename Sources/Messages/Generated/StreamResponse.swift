// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// One event of a stream: any number of queued, one started, chunks, one finish.
public struct StreamResponse: Sendable, Hashable {
    /// Exactly one of the six.
    public var event: Event?

    /// Fields left out are absent, zero or empty.
    public init(event: Event? = nil) {
        self.event = event
    }

    /// Exactly one of the six.
    public enum Event: Sendable, Hashable {
        /// The call waits.
        case queued(Queued)
        /// The stream is established.
        case started(Started)
        /// A piece of text.
        case text(String)
        /// A piece of reasoning.
        case reasoning(ReasoningDelta)
        /// A piece of a tool call.
        case toolCall(ToolCallDelta)
        /// The end. Nothing follows it.
        indirect case finish(Finish)
    }
}

extension StreamResponse: WireMessage {
    package static var fullName: String { "laneway.v1.StreamResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension StreamResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__stream_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__StreamResponse>) {
        switch c.pointee.event_case {
        case LANEWAY__V1__STREAM_RESPONSE__EVENT_QUEUED:
            event = c.pointee.queued.map { .queued(.init($0)) }
        case LANEWAY__V1__STREAM_RESPONSE__EVENT_STARTED:
            event = c.pointee.started.map { .started(.init($0)) }
        case LANEWAY__V1__STREAM_RESPONSE__EVENT_TEXT:
            event = .text(.init(c.pointee.text))
        case LANEWAY__V1__STREAM_RESPONSE__EVENT_REASONING:
            event = c.pointee.reasoning.map { .reasoning(.init($0)) }
        case LANEWAY__V1__STREAM_RESPONSE__EVENT_TOOL_CALL:
            event = c.pointee.tool_call.map { .toolCall(.init($0)) }
        case LANEWAY__V1__STREAM_RESPONSE__EVENT_FINISH:
            event = c.pointee.finish.map { .finish(.init($0)) }
        default: event = nil
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__StreamResponse>, in arena: inout Arena) {
        switch event {
        case .queued(let value)?:
            c.pointee.event_case = LANEWAY__V1__STREAM_RESPONSE__EVENT_QUEUED
            c.pointee.queued = arena.store(value)
        case .started(let value)?:
            c.pointee.event_case = LANEWAY__V1__STREAM_RESPONSE__EVENT_STARTED
            c.pointee.started = arena.store(value)
        case .text(let value)?:
            c.pointee.event_case = LANEWAY__V1__STREAM_RESPONSE__EVENT_TEXT
            c.pointee.text = arena.store(value)
        case .reasoning(let value)?:
            c.pointee.event_case = LANEWAY__V1__STREAM_RESPONSE__EVENT_REASONING
            c.pointee.reasoning = arena.store(value)
        case .toolCall(let value)?:
            c.pointee.event_case = LANEWAY__V1__STREAM_RESPONSE__EVENT_TOOL_CALL
            c.pointee.tool_call = arena.store(value)
        case .finish(let value)?:
            c.pointee.event_case = LANEWAY__V1__STREAM_RESPONSE__EVENT_FINISH
            c.pointee.finish = arena.store(value)
        case nil: break
        }
    }
}
