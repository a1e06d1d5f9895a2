import Synchronization

/// A clock that stands still until a test winds it. Alarms fire exactly at their deadlines, in
/// their order, on the winding thread.
package final class HandWoundTime: TimeSource {
    private let state: Mutex<State>

    private struct State {
        var now: Instant
        var lastID: UInt64 = 0
        var fires: [AlarmID: @Sendable () -> Void] = [:]
        /// The latest first, so that the next to fire is the cheapest to take. Cleared ones stay
        /// until their time comes.
        var order: [(deadline: Instant, id: AlarmID)] = []

        mutating func insert(_ id: AlarmID, at deadline: Instant) {
            var (low, high) = (0, order.count)
            while low < high {
                let middle = (low + high) / 2
                if order[middle].deadline > deadline { low = middle + 1 } else { high = middle }
            }
            order.insert((deadline, id), at: low)
        }

        mutating func takeNext(dueBy end: Instant) -> (@Sendable () -> Void)? {
            while let next = order.last, next.deadline <= end {
                order.removeLast()
                guard let fire = fires.removeValue(forKey: next.id) else { continue }
                now = max(now, next.deadline)
                return fire
            }
            return nil
        }
    }

    package init(startingAt start: Instant = .now) {
        state = Mutex(State(now: start))
    }

    package var now: Instant { state.withLock { $0.now } }

    /// Alarms set and neither fired nor cleared.
    package var alarmCount: Int { state.withLock { $0.fires.count } }

    /// Alarms ever set.
    package var alarmsSet: Int { state.withLock { Int($0.lastID) } }

    /// The earliest deadline that is set.
    package var nextDeadline: Instant? {
        state.withLock { state in
            state.order.last { state.fires[$0.id] != nil }?.deadline
        }
    }

    package func setAlarm(
        at deadline: Instant, _ fire: @escaping @Sendable () -> Void
    ) -> AlarmID {
        state.withLock { state in
            state.lastID += 1
            let id = AlarmID(raw: state.lastID)
            state.fires[id] = fire
            state.insert(id, at: deadline)
            return id
        }
    }

    package func clearAlarm(_ id: AlarmID) {
        // The closure is let go outside the lock: what it captured may run code of its own.
        _ = state.withLock { $0.fires.removeValue(forKey: id) }
    }

    /// Winds the clock. Each alarm that comes due fires with `now` at its deadline; alarms that the
    /// firing ones set fire too, if they are due.
    package func advance(by duration: Duration) {
        let end = now.advanced(by: duration)
        while let fire = state.withLock({ $0.takeNext(dueBy: end) }) { fire() }
        state.withLock { $0.now = max($0.now, end) }
    }
}
