import Clocks

/// What a sharer was given of late: over this window of the clock and the one before, so always
/// over more than one window's length and less than two. For the index of fairness only; no turn
/// depends on it.
struct ServiceWindow: Sendable {
    /// A power of two nanoseconds, about 34 s, so that finding a window is a shift.
    private static let lengthBits: Int64 = 35

    private var current: Int64 = 0
    private var previous: Int64 = 0
    private var number: Int32 = 0

    mutating func add(_ cost: Int64, at now: Instant) {
        let window = Self.window(of: now)
        if window != number { roll(to: window) }
        current = current.addingSaturated(cost)
    }

    /// Never negative: a correction may fall into a later window than its charge.
    func total(at now: Instant) -> Int64 {
        var rolled = self
        rolled.roll(to: Self.window(of: now))
        return max(0, rolled.current.addingSaturated(rolled.previous))
    }

    private mutating func roll(to window: Int32) {
        if window == number { return }
        previous = window == number &+ 1 ? current : 0
        current = 0
        number = window
    }

    private static func window(of now: Instant) -> Int32 {
        Int32(truncatingIfNeeded: Instant.origin.nanoseconds(to: now) >> lengthBits)
    }
}

extension Int64 {
    fileprivate func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
