// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The spans of one resource.
package struct OTLPResourceSpans: Sendable, Hashable {
    /// Who reports them.
    package var resource: OTLPResource?
    /// The spans, by the part of the program they come from.
    package var scopeSpans: [OTLPScopeSpans]
    /// Where the names of the resource's attributes are defined.
    package var schemaURL: String

    /// Fields left out are absent, zero or empty.
    package init(
        resource: OTLPResource? = nil, scopeSpans: [OTLPScopeSpans] = [], schemaURL: String = ""
    ) {
        self.resource = resource
        self.scopeSpans = scopeSpans
        self.schemaURL = schemaURL
    }
}

extension OTLPResourceSpans: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPResourceSpans" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPResourceSpans: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpresource_spans__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPResourceSpans>) {
        resource = c.pointee.resource.map { .init($0) }
        scopeSpans = .init(c.pointee.n_scope_spans, c.pointee.scope_spans)
        schemaURL = .init(c.pointee.schema_url)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPResourceSpans>, in arena: inout Arena
    ) {
        c.pointee.resource = arena.store(resource)
        (c.pointee.n_scope_spans, c.pointee.scope_spans) = arena.store(scopeSpans)
        c.pointee.schema_url = arena.store(schemaURL)
    }
}
