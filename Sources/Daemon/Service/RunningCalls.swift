internal import Lanes
internal import Models
internal import Synchronization

/// The calls that run now, so that a stopping daemon can refuse new ones, wait for these, and in
/// the end interrupt them.
final class RunningCalls: Sendable {
    private struct State {
        var calls: [ObjectIdentifier: Call] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    /// One running call. `end` it exactly once.
    struct Running: Sendable {
        fileprivate let book: RunningCalls
        fileprivate let id: ObjectIdentifier

        func end() { book.end(id) }
    }

    /// - Returns: nil when the daemon is stopping.
    func begin(_ call: Call) -> Running? {
        let id = ObjectIdentifier(call)
        let taken = state.withLock { state in
            guard !state.isDraining else { return false }
            state.calls[id] = call
            return true
        }
        return taken ? Running(book: self, id: id) : nil
    }

    var count: Int { state.withLock { $0.calls.count } }

    /// The calls of the uid that go by the id: a client chooses its ids, so there may be more than
    /// one.
    func calls(withID callID: String, of uid: UInt32) -> [Call] {
        state.withLock { state in
            state.calls.values.filter {
                $0.attribution.callID == callID && $0.attribution.caller.uid == uid
            }
        }
    }

    /// Refuses new calls from now on.
    func drain() {
        state.withLock { $0.isDraining = true }
    }

    /// Returns when no call runs.
    func drained() async {
        await withCheckedContinuation { waiter in
            let isEmpty = state.withLock { state in
                if !state.calls.isEmpty { state.waiters.append(waiter) }
                return state.calls.isEmpty
            }
            if isEmpty { waiter.resume() }
        }
    }

    /// Ends every call that still runs.
    func interruptAll() {
        let calls = state.withLock { Array($0.calls.values) }
        for call in calls { call.interrupt(.shuttingDown) }
    }

    private func end(_ id: ObjectIdentifier) {
        let waiters = state.withLock { state in
            state.calls.removeValue(forKey: id)
            guard state.calls.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
