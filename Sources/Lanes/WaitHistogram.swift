/// How long the calls of a lane waited for their slots. The buckets are cut for what people feel:
/// from a blink to minutes.
package struct WaitHistogram: Sendable, Hashable {
    /// Upper bounds of the buckets, up to half an hour; one more has all longer waits.
    package static let bounds: [Duration] = [
        1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
        1_800_000,
    ].map { .milliseconds($0) }

    /// Most calls do not wait at all, and are counted without a look at the buckets.
    private var startedAtOnce = 0
    private var waited = [Int](repeating: 0, count: WaitHistogram.bounds.count + 1)
    private var nanoseconds: Int64 = 0

    // Whole numbers, because this is counted for every call and `Duration` has twice the bits.
    private static let boundNanoseconds = bounds.map { Int64($0 / .nanoseconds(1)) }

    package init() {}

    /// - Parameter wait: in nanoseconds.
    package mutating func add(_ wait: Int64) {
        if wait == 0 {
            startedAtOnce += 1
            return
        }
        waited[Self.boundNanoseconds.firstIndex { wait <= $0 } ?? Self.bounds.count] += 1
        nanoseconds &+= wait
    }

    package var sum: Duration { .nanoseconds(nanoseconds) }

    /// Calls in each bucket, not cumulative; the last is the one without a bound.
    package var counts: [Int] {
        var counts = waited
        counts[0] += startedAtOnce
        return counts
    }

    /// All of them.
    package var count: Int { waited.reduce(startedAtOnce, +) }
}
