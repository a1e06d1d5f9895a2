import Foundation

/// How long tests wait for what should come at once, and how much they do where a sanitizer watches.
package enum Patience {
    /// `LANEWAY_SLOW=5` says that everything is five times as slow as in a debug build, as under a
    /// sanitizer.
    package static let slowness =
        ProcessInfo.processInfo.environment["LANEWAY_SLOW"].flatMap { Int($0) } ?? 1

    /// Whether ThreadSanitizer watches, which keeps 65,536 calls of a thread: one that goes deeper
    /// overwrites memory of the sanitizer's own.
    package static let watchesThreads =
        ProcessInfo.processInfo.environment["TSAN_OPTIONS"] != nil

    /// A limit of time that a debug build on a busy machine keeps, stretched where that is slow.
    package static func stretched(_ limit: Duration) -> Duration { limit * slowness }
}
