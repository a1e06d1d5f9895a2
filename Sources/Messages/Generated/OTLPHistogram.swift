// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Values counted by size.
package struct OTLPHistogram: Sendable, Hashable {
    /// One point for each set of attributes.
    package var dataPoints: [OTLPHistogramPoint]
    /// What stretch of time a point counts over.
    package var aggregationTemporality: OTLPTemporality

    /// Fields left out are absent, zero or empty.
    package init(
        dataPoints: [OTLPHistogramPoint] = [],
        aggregationTemporality: OTLPTemporality = .unspecified
    ) {
        self.dataPoints = dataPoints
        self.aggregationTemporality = aggregationTemporality
    }
}

extension OTLPHistogram: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPHistogram" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPHistogram: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlphistogram__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPHistogram>) {
        dataPoints = .init(c.pointee.n_data_points, c.pointee.data_points)
        aggregationTemporality = .init(rawValue: c.pointee.aggregation_temporality)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPHistogram>, in arena: inout Arena) {
        (c.pointee.n_data_points, c.pointee.data_points) = arena.store(dataPoints)
        c.pointee.aggregation_temporality = aggregationTemporality.rawValue
    }
}
