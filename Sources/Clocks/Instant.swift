#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A moment on the monotonic clock, in whole nanoseconds. The same clock as the event loops'.
///
/// Not `ContinuousClock.Instant`: its layout is known at run time only, so every value that holds
/// one is copied through witness tables, which cost the lane machine more than all its own work.
package struct Instant: Sendable, Hashable, Comparable {
    private var nanoseconds: Int64

    private init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Where the clock counts from: some time before the process began.
    package static let origin = Instant(nanoseconds: 0)

    package static var now: Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Rounded up to a nanosecond. Stops at some 290 years, so that whatever deadline a peer asks
    /// for is a moment.
    package func advanced(by duration: Duration) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanosecondsUp)
        if overflow { return Instant(nanoseconds: duration < .zero ? .min : .max) }
        return Instant(nanoseconds: sum)
    }

    package func duration(to other: Instant) -> Duration {
        .nanoseconds(nanoseconds(to: other))
    }

    /// Whole nanoseconds to the other moment: `duration(to:)` without the arithmetic of `Duration`.
    package func nanoseconds(to other: Instant) -> Int64 {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return overflow ? (other > self ? .max : .min) : difference
    }

    package static func < (one: Instant, other: Instant) -> Bool {
        one.nanoseconds < other.nanoseconds
    }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        instant.advanced(by: duration)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        instant.advanced(by: .zero - duration)
    }

    package static func - (one: Instant, other: Instant) -> Duration {
        other.duration(to: one)
    }

    package static func += (instant: inout Instant, duration: Duration) {
        instant = instant + duration
    }

    package static func -= (instant: inout Instant, duration: Duration) {
        instant = instant - duration
    }
}

extension Duration {
    /// Whole nanoseconds, rounded up and clamped.
    fileprivate var nanosecondsUp: Int64 {
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int64(clamping: rest > 0 ? whole + 1 : whole)
    }
}
