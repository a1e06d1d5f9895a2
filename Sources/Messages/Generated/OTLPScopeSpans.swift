// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The spans of one scope.
package struct OTLPScopeSpans: Sendable, Hashable {
    /// The part of the program they come from.
    package var scope: OTLPScope?
    /// The spans.
    package var spans: [OTLPSpan]
    /// Where the names of the spans' attributes are defined.
    package var schemaURL: String

    /// Fields left out are absent, zero or empty.
    package init(scope: OTLPScope? = nil, spans: [OTLPSpan] = [], schemaURL: String = "") {
        self.scope = scope
        self.spans = spans
        self.schemaURL = schemaURL
    }
}

extension OTLPScopeSpans: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPScopeSpans" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPScopeSpans: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpscope_spans__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPScopeSpans>) {
        scope = c.pointee.scope.map { .init($0) }
        spans = .init(c.pointee.n_spans, c.pointee.spans)
        schemaURL = .init(c.pointee.schema_url)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPScopeSpans>, in arena: inout Arena) {
        c.pointee.scope = arena.store(scope)
        (c.pointee.n_spans, c.pointee.spans) = arena.store(spans)
        c.pointee.schema_url = arena.store(schemaURL)
    }
}
