import Clocks

/// Calls and failures of the last minute, to within ten seconds.
struct FailureWindow: Sendable {
    private static let bucketNanoseconds: Int64 = 10_000_000_000
    private static let bucketCount = 6

    private var calls = SIMD8<Int32>.zero
    private var failures = SIMD8<Int32>.zero
    private var last: Int64 = 0

    mutating func add(failed: Bool, at now: Instant) {
        roll(to: now)
        let bucket = Int(last % Int64(Self.bucketCount))
        calls[bucket] &+= 1
        if failed { failures[bucket] &+= 1 }
    }

    mutating func counts(at now: Instant) -> (calls: Int, failures: Int) {
        roll(to: now)
        return (Int(calls.wrappedSum()), Int(failures.wrappedSum()))
    }

    private mutating func roll(to now: Instant) {
        let bucket = Instant.origin.nanoseconds(to: now) / Self.bucketNanoseconds
        guard bucket > last else { return }
        let passed = min(bucket - last, Int64(Self.bucketCount))
        for old in (bucket - passed + 1)...bucket {
            calls[Int(old % Int64(Self.bucketCount))] = 0
            failures[Int(old % Int64(Self.bucketCount))] = 0
        }
        last = bucket
    }
}
