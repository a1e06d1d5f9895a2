#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A moment on the monotonic clock, in whole nanoseconds. The same clock as the event loops'.
///
/// Not `ContinuousClock.Instant`: its layout is known at run time only, so every value that holds
/// one is copied through witness tables, which cost the lane machine more than all its own work.
///
/// Public as `Line` is, though it is for this package: Swift 6.3 compiles into another module only what
/// is public, and a lane adds and compares moments all the time.
@frozen
public struct Instant: Sendable, Hashable, Comparable {
    @usableFromInline
    var nanoseconds: Int64

    @inlinable
    init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Where the clock counts from: some time before the process began.
    public static var origin: Instant { @inlinable get { Instant(nanoseconds: 0) } }

    public static var now: Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Rounded up to a nanosecond. Stops at some 290 years, so that whatever deadline a peer asks
    /// for is a moment.
    @inlinable
    public func advanced(by duration: Duration) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanosecondsUp)
        if overflow { return Instant(nanoseconds: duration < .zero ? .min : .max) }
        return Instant(nanoseconds: sum)
    }

    @inlinable
    public func duration(to other: Instant) -> Duration {
        .nanoseconds(nanoseconds(to: other))
    }

    /// Whole nanoseconds to the other moment: `duration(to:)` without the arithmetic of `Duration`.
    @inlinable
    public func nanoseconds(to other: Instant) -> Int64 {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return overflow ? (other > self ? .max : .min) : difference
    }

    @inlinable
    public static func < (one: Instant, other: Instant) -> Bool {
        one.nanoseconds < other.nanoseconds
    }

    @inlinable
    public static func + (instant: Instant, duration: Duration) -> Instant {
        instant.advanced(by: duration)
    }

    @inlinable
    public static func - (instant: Instant, duration: Duration) -> Instant {
        instant.advanced(by: .zero - duration)
    }

    @inlinable
    public static func - (one: Instant, other: Instant) -> Duration {
        other.duration(to: one)
    }

    @inlinable
    public static func += (instant: inout Instant, duration: Duration) {
        instant = instant + duration
    }

    @inlinable
    public static func -= (instant: inout Instant, duration: Duration) {
        instant = instant - duration
    }
}

extension Duration {
    /// Whole nanoseconds, rounded up and clamped.
    @inlinable
    var nanosecondsUp: Int64 {
        let (isNegative, magnitude) = (attoseconds < 0, attoseconds.magnitude)
        let high = UInt64(truncatingIfNeeded: magnitude >> 64)
        let perNanosecond: UInt64 = 1_000_000_000
        // Above it more than an `Int64` holds.
        guard high < perNanosecond / 2 else { return isNegative ? .min : .max }
        // One division by the processor, where one of 128 bits is a function that does several.
        let (whole, rest) = perNanosecond.dividingFullWidth(
            (high, UInt64(truncatingIfNeeded: magnitude)))
        if isNegative { return -Int64(whole) }
        return Int64(clamping: rest > 0 ? whole + 1 : whole)
    }
}
