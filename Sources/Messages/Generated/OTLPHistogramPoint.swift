// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// Values counted by size, in buckets.
package struct OTLPHistogramPoint: Sendable, Hashable {
    /// When its stretch of time began, in nanoseconds since 1970; 0 is not known.
    package var startTimeUnixNano: UInt64
    /// When it was read, in nanoseconds since 1970.
    package var timeUnixNano: UInt64
    /// How many values there were: the sum of bucket_counts.
    package var count: UInt64
    /// The sum of the values; absent when some may be negative.
    package var sum: Double?
    /// How many values fell into each bucket: one entry more than explicit_bounds,
    /// or none at all.
    package var bucketCounts: [UInt64]
    /// The upper bound of each bucket, itself included, rising. The last bucket
    /// has none.
    package var explicitBounds: [Double]
    /// What the values were measured of.
    package var attributes: [OTLPKeyValue]
    /// The smallest value.
    package var min: Double?
    /// The largest value.
    package var max: Double?

    /// Fields left out are absent, zero or empty.
    package init(
        startTimeUnixNano: UInt64 = 0, timeUnixNano: UInt64 = 0, count: UInt64 = 0,
        sum: Double? = nil, bucketCounts: [UInt64] = [], explicitBounds: [Double] = [],
        attributes: [OTLPKeyValue] = [], min: Double? = nil, max: Double? = nil
    ) {
        self.startTimeUnixNano = startTimeUnixNano
        self.timeUnixNano = timeUnixNano
        self.count = count
        self.sum = sum
        self.bucketCounts = bucketCounts
        self.explicitBounds = explicitBounds
        self.attributes = attributes
        self.min = min
        self.max = max
    }
}

extension OTLPHistogramPoint: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPHistogramPoint" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPHistogramPoint: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlphistogram_point__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPHistogramPoint>) {
        startTimeUnixNano = c.pointee.start_time_unix_nano
        timeUnixNano = c.pointee.time_unix_nano
        count = c.pointee.count
        if c.pointee.has_sum_case.rawValue != 0 {
            sum = c.pointee.sum
        }
        bucketCounts = .init(c.pointee.n_bucket_counts, c.pointee.bucket_counts)
        explicitBounds = .init(c.pointee.n_explicit_bounds, c.pointee.explicit_bounds)
        attributes = .init(c.pointee.n_attributes, c.pointee.attributes)
        if c.pointee.has_min_case.rawValue != 0 {
            min = c.pointee.min
        }
        if c.pointee.has_max_case.rawValue != 0 {
            max = c.pointee.max
        }
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPHistogramPoint>, in arena: inout Arena
    ) {
        c.pointee.start_time_unix_nano = startTimeUnixNano
        c.pointee.time_unix_nano = timeUnixNano
        c.pointee.count = count
        if let sum {
            c.pointee.has_sum_case =
                LANEWAY__INTERNAL__OTLPHISTOGRAM_POINT__HAS_SUM_SUM
            c.pointee.sum = sum
        }
        (c.pointee.n_bucket_counts, c.pointee.bucket_counts) = arena.store(bucketCounts)
        (c.pointee.n_explicit_bounds, c.pointee.explicit_bounds) = arena.store(explicitBounds)
        (c.pointee.n_attributes, c.pointee.attributes) = arena.store(attributes)
        if let min {
            c.pointee.has_min_case =
                LANEWAY__INTERNAL__OTLPHISTOGRAM_POINT__HAS_MIN_MIN
            c.pointee.min = min
        }
        if let max {
            c.pointee.has_max_case =
                LANEWAY__INTERNAL__OTLPHISTOGRAM_POINT__HAS_MAX_MAX
            c.pointee.max = max
        }
    }
}
