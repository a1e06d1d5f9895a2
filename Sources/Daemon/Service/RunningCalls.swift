internal import Lanes
internal import Models
internal import Synchronization

/// The calls that run now, so that a stopping daemon can refuse new ones, wait for these, and in
/// the end interrupt them.
final class RunningCalls: Sendable {
    private struct State {
        var calls: [ObjectIdentifier: Call] = [:]
        var counts: [UInt32: Int] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())
    private let perUIDMax: Int

    /// - Parameter perUIDMax: calls of one uid that run or wait (`limits.calls_per_uid_max`).
    init(perUIDMax: Int = .max) {
        self.perUIDMax = perUIDMax
    }

    /// One running call. `end` it exactly once.
    struct Running: Sendable {
        fileprivate let book: RunningCalls
        fileprivate let id: ObjectIdentifier
        fileprivate let uid: UInt32

        func end() { book.end(id, uid) }
    }

    /// - Throws: SHUTTING_DOWN when the daemon is stopping, CALLER_QUEUE_FULL when the call's uid has
    ///   as many as it may.
    func begin(_ call: Call) throws(Refusal) -> Running {
        let (id, uid) = (ObjectIdentifier(call), call.attribution.caller.uid)
        let refusal = state.withLock { state -> Refusal? in
            if state.isDraining { return .shuttingDown }
            let count = state.counts[uid, default: 0]
            if count >= perUIDMax { return .tooManyCalls(count, of: uid) }
            state.counts[uid] = count + 1
            state.calls[id] = call
            return nil
        }
        if let refusal { throw refusal }
        return Running(book: self, id: id, uid: uid)
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

    private func end(_ id: ObjectIdentifier, _ uid: UInt32) {
        let waiters = state.withLock { state in
            state.calls.removeValue(forKey: id)
            let count = state.counts[uid, default: 1] - 1
            state.counts[uid] = count > 0 ? count : nil
            guard state.calls.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension Refusal {
    fileprivate static func tooManyCalls(_ count: Int, of uid: UInt32) -> Refusal {
        Refusal(
            .callerQueueFull,
            "\(count) calls of uid \(uid) run or wait, all it may have (limits.calls_per_uid_max)")
    }
}
