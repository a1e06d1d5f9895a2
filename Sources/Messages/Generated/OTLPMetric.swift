// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// One thing that is measured.
package struct OTLPMetric: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// What it says, for people.
    package var description: String
    /// Its unit, as UCUM writes it: s, By, {call}.
    package var unit: String
    /// The measurements, by how they add up.
    package var data: Data?

    /// Fields left out are absent, zero or empty.
    package init(
        name: String = "", description: String = "", unit: String = "", data: Data? = nil
    ) {
        self.name = name
        self.description = description
        self.unit = unit
        self.data = data
    }

    /// The measurements, by how they add up.
    package enum Data: Sendable, Hashable {
        /// The latest value counts, and sums mean nothing.
        indirect case gauge(OTLPGauge)
        /// Values add up.
        indirect case sum(OTLPSum)
        /// Values were counted by size.
        indirect case histogram(OTLPHistogram)
    }
}

extension OTLPMetric: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPMetric" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPMetric: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpmetric__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPMetric>) {
        name = .init(c.pointee.name)
        description = .init(c.pointee.description)
        unit = .init(c.pointee.unit)
        switch c.pointee.data_case {
        case LANEWAY__INTERNAL__OTLPMETRIC__DATA_GAUGE:
            data = c.pointee.gauge.map { .gauge(.init($0)) }
        case LANEWAY__INTERNAL__OTLPMETRIC__DATA_SUM:
            data = c.pointee.sum.map { .sum(.init($0)) }
        case LANEWAY__INTERNAL__OTLPMETRIC__DATA_HISTOGRAM:
            data = c.pointee.histogram.map { .histogram(.init($0)) }
        default: data = nil
        }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPMetric>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        c.pointee.description = arena.store(description)
        c.pointee.unit = arena.store(unit)
        switch data {
        case .gauge(let value)?:
            c.pointee.data_case = LANEWAY__INTERNAL__OTLPMETRIC__DATA_GAUGE
            c.pointee.gauge = arena.store(value)
        case .sum(let value)?:
            c.pointee.data_case = LANEWAY__INTERNAL__OTLPMETRIC__DATA_SUM
            c.pointee.sum = arena.store(value)
        case .histogram(let value)?:
            c.pointee.data_case = LANEWAY__INTERNAL__OTLPMETRIC__DATA_HISTOGRAM
            c.pointee.histogram = arena.store(value)
        case nil: break
        }
    }
}
