/// When the calls of a run are due. Whoever is free claims the next one; moments count from the
/// start of the run.
package struct LoadPlan: Sendable, Hashable {
    package enum Pace: Sendable, Hashable {
        /// A call is due as soon as somebody is free to make it: a closed loop.
        case whenFree
        /// So many calls a second are due, however long they take: an open loop.
        case every(callsPerSecond: Double)
    }

    package let pace: Pace
    /// Calls due before this are made and not measured.
    package let warmup: Duration
    /// How long it is measured after that.
    package let measured: Duration
    private var claimed = 0

    package init(pace: Pace, warmup: Duration, measured: Duration) {
        self.pace = pace
        self.warmup = warmup
        self.measured = measured
    }

    /// From here on no call is due.
    package var end: Duration { warmup + measured }

    /// The next call for somebody who is free at `now`.
    ///
    /// - Returns: the moment it is due, which may be before `now` where nobody was free then, or
    ///   after it; nil when the run begins no more calls.
    package mutating func claim(at now: Duration) -> Duration? {
        guard now < end else { return nil }
        guard case .every(let rate) = pace else { return now }
        // From the start each time: added up, the intervals' roundings would drift.
        let due = Duration.seconds(Double(claimed) / rate)
        guard due < end else { return nil }
        claimed += 1
        return due
    }

    /// How many measured calls are due before `moment`; nil where calls wait for no clock.
    package func due(before moment: Duration) -> Int? {
        guard case .every(let rate) = pace else { return nil }
        return Self.count(before: min(moment, end), rate) - Self.count(before: warmup, rate)
    }

    private static func count(before moment: Duration, _ rate: Double) -> Int {
        var count = Int(moment / .seconds(1) * rate)
        // To the same rounding as the moments that were given out.
        while Duration.seconds(Double(count) / rate) < moment { count += 1 }
        while count > 0, Duration.seconds(Double(count - 1) / rate) >= moment { count -= 1 }
        return count
    }
}
