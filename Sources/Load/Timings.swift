internal import Histogram

/// How long something took, many times over: to three digits from a nanosecond to an hour, in the
/// same memory however many there are.
package struct Timings: Sendable {
    private static let longestTracked: UInt64 = 3_600_000_000_000
    private var histogram = Histogram<UInt64>(
        highestTrackableValue: longestTracked, numberOfSignificantValueDigits: .three)
    private var sum = 0.0
    private var longest: UInt64 = 0

    package init() {}

    package var count: Int { Int(histogram.totalCount) }

    package mutating func record(_ duration: Duration) {
        let nanoseconds = duration.nanoseconds
        histogram.record(min(nanoseconds, Self.longestTracked))
        sum += Double(nanoseconds)
        longest = max(longest, nanoseconds)
    }

    /// nil where nothing was recorded.
    package var summary: TimingSummary? {
        guard count > 0 else { return nil }
        func percentile(_ percentile: Double) -> Int {
            // The histogram answers with the upper edge of a bucket.
            Int(min(histogram.valueAtPercentile(percentile), longest))
        }
        return TimingSummary(
            count: count, p50: percentile(50), p90: percentile(90), p99: percentile(99),
            p999: percentile(99.9), max: Int(longest), mean: Int(sum / Double(count)))
    }
}

/// What is told of `Timings`, in nanoseconds.
package struct TimingSummary: Sendable, Hashable {
    package var count: Int
    package var p50: Int
    package var p90: Int
    package var p99: Int
    package var p999: Int
    package var max: Int
    package var mean: Int
}

extension Duration {
    /// Whole nanoseconds; 0 for what is negative.
    fileprivate var nanoseconds: UInt64 {
        UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
