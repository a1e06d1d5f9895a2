// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Spans on their way to a collector.
package struct OTLPTraceRequest: Sendable, Hashable {
    /// The spans, by who reports them.
    package var resourceSpans: [OTLPResourceSpans]

    /// Fields left out are absent, zero or empty.
    package init(resourceSpans: [OTLPResourceSpans] = []) {
        self.resourceSpans = resourceSpans
    }
}

extension OTLPTraceRequest: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPTraceRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPTraceRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlptrace_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPTraceRequest>) {
        resourceSpans = .init(c.pointee.n_resource_spans, c.pointee.resource_spans)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPTraceRequest>, in arena: inout Arena
    ) {
        (c.pointee.n_resource_spans, c.pointee.resource_spans) = arena.store(resourceSpans)
    }
}
