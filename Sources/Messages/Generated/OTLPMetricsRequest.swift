// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Measurements on their way to a collector.
package struct OTLPMetricsRequest: Sendable, Hashable {
    /// The measurements, by who reports them.
    package var resourceMetrics: [OTLPResourceMetrics]

    /// Fields left out are absent, zero or empty.
    package init(resourceMetrics: [OTLPResourceMetrics] = []) {
        self.resourceMetrics = resourceMetrics
    }
}

extension OTLPMetricsRequest: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPMetricsRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPMetricsRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpmetrics_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPMetricsRequest>) {
        resourceMetrics = .init(c.pointee.n_resource_metrics, c.pointee.resource_metrics)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPMetricsRequest>, in arena: inout Arena
    ) {
        (c.pointee.n_resource_metrics, c.pointee.resource_metrics) = arena.store(resourceMetrics)
    }
}
