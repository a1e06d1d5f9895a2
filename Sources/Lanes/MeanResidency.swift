/// How long an attempt holds its slot, on the running mean: what a wait is estimated from.
struct MeanResidency {
    // Attoseconds as they stand in a `Duration`: dividing one by a power of two is a shift, while
    // `Duration`'s own division is generic code that costs more than the rest of a release.
    private var mean: Int128?

    /// Counts about the last eight: a model host's speed changes with what it has loaded.
    mutating func add(_ sample: Duration) {
        let sample = sample.attoseconds
        mean = mean.map { $0 + ((sample - $0) >> 3) } ?? sample
    }

    /// - Returns: nil when no attempt has ended yet, or the lane is paused.
    func wait(behind waiting: Int, concurrency: Int) -> Duration? {
        guard let mean, concurrency > 0 else { return nil }
        return Duration(attoseconds: mean) * (waiting + 1) / concurrency
    }
}
