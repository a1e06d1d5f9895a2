/// How long an attempt holds its slot, on the running mean: what a wait is estimated from.
struct MeanResidency: Sendable {
    /// In nanoseconds; negative until an attempt has ended.
    private var mean: Int64 = -1

    /// Counts about the last eight: a model host's speed changes with what it has loaded.
    mutating func add(nanoseconds sample: Int64) {
        mean = mean < 0 ? max(0, sample) : mean + (max(0, sample) - mean) >> 3
    }

    /// What a call waits that starts as the `turn`th from now.
    ///
    /// - Returns: nil when no attempt has ended yet, or the lane is paused.
    func wait(behind turn: Int, concurrency: Int) -> Duration? {
        guard mean >= 0, concurrency > 0 else { return nil }
        return .nanoseconds(mean) * turn / concurrency
    }

    /// Calls that start within the time; nil when that is not known.
    func starts(within nanoseconds: Int64, concurrency: Int) -> Int? {
        guard mean >= 0, concurrency > 0 else { return nil }
        let rounds = Double(nanoseconds) / Double(max(1, mean))
        return Int(min(rounds * Double(concurrency), Double(Int32.max)))
    }
}
