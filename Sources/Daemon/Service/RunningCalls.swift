internal import Lanes
internal import Models
internal import Synchronization

/// The calls that run now, so that a stopping daemon can refuse new ones, wait for these, and in
/// the end interrupt them.
final class RunningCalls: Sendable {
    private struct State {
        /// Each at its place; nil at a place that is free.
        var calls: [Call?] = []
        var free: [Int] = []
        var counts: [UInt32: Int] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        /// There were many at once, and nobody has been told that they have gone.
        var hasCrowd = false
        var whenCrowdComes: (@Sendable () -> Void)?

        var count: Int { calls.count - free.count }

        /// - Returns: whom to tell that a crowd has come.
        mutating func crowdCame() -> (@Sendable () -> Void)? {
            if hasCrowd || count < RunningCalls.crowd { return nil }
            hasCrowd = true
            return whenCrowdComes
        }

        mutating func add(_ call: Call) -> Int {
            guard let place = free.popLast() else {
                calls.append(call)
                return calls.count - 1
            }
            calls[place] = call
            return place
        }
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
        fileprivate let place: Int
        fileprivate let uid: UInt32

        func end() { book.end(place, uid) }
    }

    /// - Throws: SHUTTING_DOWN when the daemon is stopping, CALLER_QUEUE_FULL when the call's uid has
    ///   as many as it may.
    func begin(_ call: Call) throws(Refusal) -> Running {
        let uid = call.attribution.caller.uid
        let (place, tell) = try state.withLock { state throws(Refusal) in
            if state.isDraining { throw Refusal.shuttingDown }
            let count = state.counts[uid, default: 0]
            if count >= perUIDMax { throw Refusal.tooManyCalls(count, of: uid) }
            state.counts[uid] = count + 1
            return (state.add(call), state.crowdCame())
        }
        tell?()
        return Running(book: self, place: place, uid: uid)
    }

    /// So many calls at once leave memory behind that is worth giving back.
    fileprivate static let crowd = 256

    /// Calls `tell` whenever many calls run at once for the first time since `hasCrowdGone`.
    func whenCrowdComes(_ tell: @escaping @Sendable () -> Void) {
        state.withLock { $0.whenCrowdComes = tell }
    }

    /// Whether few of the calls are left that were many.
    func hasCrowdGone() -> Bool {
        state.withLock { state in
            guard state.hasCrowd, state.count <= Self.crowd / 4 else { return false }
            state.hasCrowd = false
            return true
        }
    }

    var count: Int { state.withLock { $0.count } }

    /// The calls of the uid that go by the id: a client chooses its ids, so there may be more than
    /// one.
    func calls(withID callID: String, of uid: UInt32) -> [Call] {
        state.withLock { state in
            state.calls.compactMap { $0 }.filter {
                $0.attribution.callID == callID && $0.attribution.caller.uid == uid
            }
        }
    }

    /// Refuses new calls from now on.
    func drain() {
        state.withLock { state in
            state.isDraining = true
            state.whenCrowdComes = nil
        }
    }

    /// Returns when no call runs.
    func drained() async {
        await withCheckedContinuation { waiter in
            let isEmpty = state.withLock { state in
                if state.count > 0 { state.waiters.append(waiter) }
                return state.count == 0
            }
            if isEmpty { waiter.resume() }
        }
    }

    /// Ends every call that still runs.
    func interruptAll() {
        let calls = state.withLock { $0.calls.compactMap { $0 } }
        for call in calls { call.interrupt(.shuttingDown) }
    }

    private func end(_ place: Int, _ uid: UInt32) {
        let waiters = state.withLock { state in
            state.calls[place] = nil
            state.free.append(place)
            let count = state.counts[uid, default: 1] - 1
            state.counts[uid] = count > 0 ? count : nil
            guard state.count == 0 else { return [CheckedContinuation<Void, Never>]() }
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
