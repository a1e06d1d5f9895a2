// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// One piece of work, with its begin and end.
package struct OTLPSpan: Sendable, Hashable {
    /// The trace it belongs to: 16 bytes, not all zero.
    package var traceID: [UInt8]
    /// Its own id: 8 bytes, not all zero.
    package var spanID: [UInt8]
    /// The id of the span it is a part of; empty in the root of a trace.
    package var parentSpanID: [UInt8]
    /// What kind of work it was, in few different words.
    package var name: String
    /// Which end of a request it was.
    package var kind: OTLPSpanKind
    /// When it began, in nanoseconds since 1970.
    package var startTimeUnixNano: UInt64
    /// When it ended, in nanoseconds since 1970.
    package var endTimeUnixNano: UInt64
    /// What is known of it.
    package var attributes: [OTLPKeyValue]
    /// What happened meanwhile.
    package var events: [OTLPSpanEvent]
    /// How it ended.
    package var status: OTLPSpanStatus?
    /// In bits 0 to 7 the trace flags of W3C Trace Context; bit 8 says that bit 9
    /// is known, which says that the parent span is in another process.
    package var flags: UInt32

    /// Fields left out are absent, zero or empty.
    package init(
        traceID: [UInt8] = [], spanID: [UInt8] = [], parentSpanID: [UInt8] = [], name: String = "",
        kind: OTLPSpanKind = .unspecified, startTimeUnixNano: UInt64 = 0,
        endTimeUnixNano: UInt64 = 0, attributes: [OTLPKeyValue] = [], events: [OTLPSpanEvent] = [],
        status: OTLPSpanStatus? = nil, flags: UInt32 = 0
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentSpanID = parentSpanID
        self.name = name
        self.kind = kind
        self.startTimeUnixNano = startTimeUnixNano
        self.endTimeUnixNano = endTimeUnixNano
        self.attributes = attributes
        self.events = events
        self.status = status
        self.flags = flags
    }
}

extension OTLPSpan: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPSpan" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPSpan: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpspan__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPSpan>) {
        traceID = .init(c.pointee.trace_id)
        spanID = .init(c.pointee.span_id)
        parentSpanID = .init(c.pointee.parent_span_id)
        name = .init(c.pointee.name)
        kind = .init(rawValue: c.pointee.kind)
        startTimeUnixNano = c.pointee.start_time_unix_nano
        endTimeUnixNano = c.pointee.end_time_unix_nano
        attributes = .init(c.pointee.n_attributes, c.pointee.attributes)
        events = .init(c.pointee.n_events, c.pointee.events)
        status = c.pointee.status.map { .init($0) }
        flags = c.pointee.flags
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPSpan>, in arena: inout Arena) {
        c.pointee.trace_id = arena.store(traceID)
        c.pointee.span_id = arena.store(spanID)
        c.pointee.parent_span_id = arena.store(parentSpanID)
        c.pointee.name = arena.store(name)
        c.pointee.kind = kind.rawValue
        c.pointee.start_time_unix_nano = startTimeUnixNano
        c.pointee.end_time_unix_nano = endTimeUnixNano
        (c.pointee.n_attributes, c.pointee.attributes) = arena.store(attributes)
        (c.pointee.n_events, c.pointee.events) = arena.store(events)
        c.pointee.status = arena.store(status)
        c.pointee.flags = flags
    }
}
