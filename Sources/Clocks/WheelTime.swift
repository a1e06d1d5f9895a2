import Synchronization

/// The time source of the running daemon: a timer wheel behind a lock. A driver, such as an event
/// loop's timer, calls `tick` when it is due; without an alarm nothing is ever woken.
package final class WheelTime: TimeSource {
    package typealias Wake = @Sendable (Instant) -> Void

    private let clock: @Sendable () -> Instant
    private let wake: Wake
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var wheel: TimerWheel
        /// When the driver will call next; nil when it sleeps for good.
        var armedFor: Instant?
        /// The driver is inside `tick` and will be told when to call next on its way out.
        var ticking = false

        /// A driver armed too early wakes once for nothing. It is not disarmed by a cleared alarm:
        /// most alarms are cleared, and arming costs more than one idle wake-up now and then.
        mutating func arm(for deadline: Instant) -> Bool {
            if ticking { return false }
            if let armedFor, armedFor <= deadline { return false }
            armedFor = deadline
            return true
        }
    }

    /// - Parameter wake: arms the driver to call `tick` at that time, in place of any later one it
    ///   is armed for. Called outside the lock, on whatever thread set the alarm.
    package init(
        tick: Duration = .milliseconds(5),
        clock: @escaping @Sendable () -> Instant = { .now },
        wake: @escaping Wake
    ) {
        self.clock = clock
        self.wake = wake
        state = Mutex(State(wheel: TimerWheel(startingAt: clock(), tick: tick)))
    }

    package var now: Instant { clock() }

    package func setAlarm(
        at deadline: Instant, _ fire: @escaping @Sendable () -> Void
    ) -> AlarmID {
        let (id, wakeAt) = state.withLock { state -> (AlarmID, Instant?) in
            let (id, firing) = state.wheel.add(at: deadline, fire)
            return (id, state.arm(for: firing) ? firing : nil)
        }
        if let wakeAt { wake(wakeAt) }
        return id
    }

    package func clearAlarm(_ id: AlarmID) {
        // The closure is let go outside the lock: what it captured may run code of its own.
        _ = state.withLock { $0.wheel.cancel(id) }
    }

    /// Fires what is due, outside the lock. For one driver at a time.
    ///
    /// - Returns: when to call again; nil when no alarm is set. It may be before an alarm is due.
    package func tick(now: Instant) -> Instant? {
        let due = state.withLock { state in
            state.ticking = true
            return state.wheel.advance(to: now)
        }
        for fire in due { fire() }
        return state.withLock { state in
            state.ticking = false
            state.armedFor = state.wheel.nextDeadline
            return state.armedFor
        }
    }

    /// Lets go of all alarms, which nobody is there to ring any more: what they are to do may hold
    /// this time, and would keep it for ever.
    package func end() {
        let now = now
        // As with one alarm, their closures are let go outside the lock.
        _ = state.withLock { state in
            let ended = state.wheel
            state.wheel = TimerWheel(startingAt: now, tick: ended.tick)
            return ended
        }
    }

    /// Alarms set and neither fired nor cleared.
    package var alarmCount: Int { state.withLock { $0.wheel.count } }
}
