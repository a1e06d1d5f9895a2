import Clocks
import Synchronization

/// A hand-wound clock on which a test can wait for the next alarm to be set.
final class WatchedTime: TimeSource {
    let wound = HandWoundTime()
    private let state = Mutex(State())

    private struct State {
        var set = 0
        var cleared = 0
        var unseen: [Instant] = []
        var waiter: CheckedContinuation<Instant, Never>?
    }

    var now: Instant { wound.now }
    var alarmsSet: Int { state.withLock { $0.set } }
    var alarmsCleared: Int { state.withLock { $0.cleared } }

    func setAlarm(at deadline: Instant, _ fire: @escaping @Sendable () -> Void) -> AlarmID {
        let id = wound.setAlarm(at: deadline, fire)
        let waiter = state.withLock { state in
            state.set += 1
            if state.waiter == nil { state.unseen.append(deadline) }
            return state.waiter.take()
        }
        waiter?.resume(returning: deadline)
        return id
    }

    func clearAlarm(_ id: AlarmID) {
        state.withLock { $0.cleared += 1 }
        wound.clearAlarm(id)
    }

    /// The deadline of the next alarm that was set, once it is.
    func nextAlarm() async -> Instant {
        await withCheckedContinuation { continuation in
            let seen: Instant? = state.withLock { state in
                if !state.unseen.isEmpty { return state.unseen.removeFirst() }
                state.waiter = continuation
                return nil
            }
            if let seen { continuation.resume(returning: seen) }
        }
    }
}
