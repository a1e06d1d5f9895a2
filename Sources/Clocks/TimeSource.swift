/// Tells the time and wakes things up. Handed to everything that has a deadline, so that a test
/// can wind the clock by hand.
package protocol TimeSource: AnyObject, Sendable {
    var now: Instant { get }

    /// Calls `fire` once, at `deadline` or up to one tick of the source later, never earlier.
    ///
    /// `fire` runs on the source's own thread and must be short: resume, cancel or signal
    /// something, and return. It may set and clear alarms.
    func setAlarm(at deadline: Instant, _ fire: @escaping @Sendable () -> Void) -> AlarmID

    /// Forgets the alarm. After it has fired, or with an id never given out, this does nothing.
    /// An alarm cleared while it is firing on another thread may still be seen to fire.
    func clearAlarm(_ id: AlarmID)
}

/// One alarm that was set. Never used twice by the same source.
package struct AlarmID: Hashable, Sendable {
    package let raw: UInt64

    package init(raw: UInt64) {
        self.raw = raw
    }
}
