// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The measurements of one scope.
package struct OTLPScopeMetrics: Sendable, Hashable {
    /// The part of the program they come from.
    package var scope: OTLPScope?
    /// The measurements, by what is measured.
    package var metrics: [OTLPMetric]
    /// Where the names of the metrics and their attributes are defined.
    package var schemaURL: String

    /// Fields left out are absent, zero or empty.
    package init(scope: OTLPScope? = nil, metrics: [OTLPMetric] = [], schemaURL: String = "") {
        self.scope = scope
        self.metrics = metrics
        self.schemaURL = schemaURL
    }
}

extension OTLPScopeMetrics: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPScopeMetrics" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPScopeMetrics: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpscope_metrics__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPScopeMetrics>) {
        scope = c.pointee.scope.map { .init($0) }
        metrics = .init(c.pointee.n_metrics, c.pointee.metrics)
        schemaURL = .init(c.pointee.schema_url)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPScopeMetrics>, in arena: inout Arena
    ) {
        c.pointee.scope = arena.store(scope)
        (c.pointee.n_metrics, c.pointee.metrics) = arena.store(metrics)
        c.pointee.schema_url = arena.store(schemaURL)
    }
}
