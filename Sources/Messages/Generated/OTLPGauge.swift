// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Values of which the latest counts.
package struct OTLPGauge: Sendable, Hashable {
    /// One point for each set of attributes.
    package var dataPoints: [OTLPNumberPoint]

    /// Fields left out are absent, zero or empty.
    package init(dataPoints: [OTLPNumberPoint] = []) {
        self.dataPoints = dataPoints
    }
}

extension OTLPGauge: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPGauge" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPGauge: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpgauge__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPGauge>) {
        dataPoints = .init(c.pointee.n_data_points, c.pointee.data_points)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPGauge>, in arena: inout Arena) {
        (c.pointee.n_data_points, c.pointee.data_points) = arena.store(dataPoints)
    }
}
