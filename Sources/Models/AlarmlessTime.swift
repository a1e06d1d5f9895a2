package import Clocks

/// Tells the time and wakes nobody: what a call has that was made outside a daemon, so that its
/// clocks are kept but never ring.
package final class AlarmlessTime: TimeSource {
    package init() {}

    package var now: Instant { .now }

    package func setAlarm(
        at deadline: Instant, _ fire: @escaping @Sendable () -> Void
    ) -> AlarmID { AlarmID(raw: 0) }

    package func clearAlarm(_ id: AlarmID) {}
}
