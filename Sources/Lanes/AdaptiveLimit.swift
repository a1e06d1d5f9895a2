import Clocks

/// What the end of an attempt says about how much its upstream can take.
package enum Strain: Sendable, Hashable {
    /// Nothing: it failed for reasons of its own, or was cut short.
    case unknown
    /// It was answered.
    case well
    /// Upstream had too much to do: a rate limit, overload, or no first chunk in time.
    case overloaded
}

/// How many slots a lane with `adaptive: true` has: half of them after an overload, one more after
/// each full round of successes, as TCP does with its window (Jacobson: Congestion Avoidance and
/// Control, 1988).
struct AdaptiveLimit: Sendable {
    /// nil while nothing has gone wrong.
    private var limit: Int?
    private var successes = 0
    private var cutAt: Instant?

    /// The slots there are, of as many as the lane may have.
    func slots(of concurrency: Int) -> Int { min(limit ?? concurrency, concurrency) }

    /// - Parameter start: when the attempt had its slot. Those that ran when the limit was cut say
    ///   nothing new by failing too: one burst of refusals halves the lane once.
    mutating func attemptEnded(
        _ strain: Strain, startedAt start: Instant, concurrency: Int, at now: Instant
    ) {
        if let cutAt, start <= cutAt { return }
        let slots = slots(of: concurrency)
        switch strain {
        case .unknown: break
        case .overloaded:
            limit = max(1, slots / 2)
            successes = 0
            cutAt = now
        case .well:
            guard slots < concurrency else { return limit = nil }
            successes += 1
            if successes < slots { return }
            limit = slots + 1
            successes = 0
        }
    }
}
