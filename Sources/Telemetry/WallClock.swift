import Clocks
import Foundation

/// Puts moments of the monotonic clock on the wall, as spans want them.
struct WallClock: Sendable {
    /// Nanoseconds since 1970 of the monotonic clock's origin.
    private let origin: Int64

    /// - Parameter unixNanoseconds: what the wall showed at `now`.
    init(unixNanoseconds: Int64, at now: Instant) {
        origin = unixNanoseconds - Instant.origin.nanoseconds(to: now)
    }

    /// What the wall shows now.
    static func read(at now: Instant) -> WallClock {
        WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9), at: now)
    }

    func unixNanoseconds(_ moment: Instant) -> UInt64 {
        UInt64(clamping: origin + Instant.origin.nanoseconds(to: moment))
    }
}
