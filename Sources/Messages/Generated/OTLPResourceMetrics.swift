// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The measurements of one resource.
package struct OTLPResourceMetrics: Sendable, Hashable {
    /// Who reports them.
    package var resource: OTLPResource?
    /// The measurements, by the part of the program they come from.
    package var scopeMetrics: [OTLPScopeMetrics]
    /// Where the names of the resource's attributes are defined.
    package var schemaURL: String

    /// Fields left out are absent, zero or empty.
    package init(
        resource: OTLPResource? = nil, scopeMetrics: [OTLPScopeMetrics] = [], schemaURL: String = ""
    ) {
        self.resource = resource
        self.scopeMetrics = scopeMetrics
        self.schemaURL = schemaURL
    }
}

extension OTLPResourceMetrics: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPResourceMetrics" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPResourceMetrics: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpresource_metrics__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPResourceMetrics>) {
        resource = c.pointee.resource.map { .init($0) }
        scopeMetrics = .init(c.pointee.n_scope_metrics, c.pointee.scope_metrics)
        schemaURL = .init(c.pointee.schema_url)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPResourceMetrics>, in arena: inout Arena
    ) {
        c.pointee.resource = arena.store(resource)
        (c.pointee.n_scope_metrics, c.pointee.scope_metrics) = arena.store(scopeMetrics)
        c.pointee.schema_url = arena.store(schemaURL)
    }
}
