// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Values that add up.
package struct OTLPSum: Sendable, Hashable {
    /// One point for each set of attributes.
    package var dataPoints: [OTLPNumberPoint]
    /// What stretch of time a point is the sum over.
    package var aggregationTemporality: OTLPTemporality
    /// True when it never falls, but to begin anew.
    package var isMonotonic: Bool

    /// Fields left out are absent, zero or empty.
    package init(
        dataPoints: [OTLPNumberPoint] = [], aggregationTemporality: OTLPTemporality = .unspecified,
        isMonotonic: Bool = false
    ) {
        self.dataPoints = dataPoints
        self.aggregationTemporality = aggregationTemporality
        self.isMonotonic = isMonotonic
    }
}

extension OTLPSum: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPSum" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPSum: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpsum__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPSum>) {
        dataPoints = .init(c.pointee.n_data_points, c.pointee.data_points)
        aggregationTemporality = .init(rawValue: c.pointee.aggregation_temporality)
        isMonotonic = c.pointee.is_monotonic != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPSum>, in arena: inout Arena) {
        (c.pointee.n_data_points, c.pointee.data_points) = arena.store(dataPoints)
        c.pointee.aggregation_temporality = aggregationTemporality.rawValue
        c.pointee.is_monotonic = isMonotonic ? 1 : 0
    }
}
