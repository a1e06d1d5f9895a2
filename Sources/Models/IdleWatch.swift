package import Clocks

/// Decides when an established stream has been silent for too long.
///
/// Reading a clock for every chunk would cost more than the chunk. So the stream only counts its
/// turns (odd: it waits for upstream; even: it is with its reader), and this machine looks at the
/// count four times an idle clock. A wait thus ends no earlier than `timeout` after it was first
/// seen, which is at most a quarter of `timeout` after it began. While the reader holds the stream
/// nothing runs: a reader may take its time.
package struct IdleWatch: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case lookAgain(at: Instant)
        /// The same wait has lasted for `waited`.
        case expired(waited: Duration)
    }

    private let timeout: Duration
    private var turn: UInt64 = 0
    private var since: Instant

    package init(timeout: Duration, startedAt now: Instant) {
        self.timeout = timeout
        self.since = now
    }

    /// When to look for the first time.
    package var firstLook: Instant { since + timeout / 4 }

    package mutating func looked(at now: Instant, turn seen: UInt64) -> Step {
        let waits = seen % 2 == 1
        if !waits || seen != turn {
            turn = seen
            since = now
            return .lookAgain(at: now + timeout / 4)
        }
        let waited = since.duration(to: now)
        if waited >= timeout { return .expired(waited: waited) }
        return .lookAgain(at: min(now + timeout / 4, since + timeout))
    }
}
