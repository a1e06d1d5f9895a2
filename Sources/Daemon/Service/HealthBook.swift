internal import Synchronization

/// Whether the daemon takes calls, and who waits to learn that this has changed. Told by the
/// daemon, asked by `grpc.health.v1.Health` and by streams that would never end by themselves.
final class HealthBook: Sendable {
    /// How far the daemon has come. It only ever goes on.
    enum Phase: Int, Sendable, Hashable, Comparable {
        /// Takes calls. Goes to draining.
        case serving
        /// Refuses new calls while those that run end. Goes to ended.
        case draining
        /// No call runs: the last streams are to end as well.
        case ended

        static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
    }

    private struct State {
        var phase = Phase.serving
        var watchers: [Int: CheckedContinuation<Void, Never>] = [:]
        var streams: [Int: @Sendable () -> Void] = [:]
        var lastID = 0

        mutating func nextID() -> Int {
            lastID += 1
            return lastID
        }

        /// Takes out whom the next phase concerns.
        mutating func advance(to next: Phase) -> State {
            var woken = State()
            guard next > phase else { return woken }
            phase = next
            swap(&woken.watchers, &watchers)
            if next == .ended { swap(&woken.streams, &streams) }
            return woken
        }
    }
    private let state = Mutex(State())

    var phase: Phase { state.withLock { $0.phase } }

    var watcherCount: Int { state.withLock { $0.watchers.count } }

    var streamCount: Int { state.withLock { $0.streams.count } }

    /// Goes on to `phase` and wakes all who wait; nothing where it has gone further already.
    func advance(to phase: Phase) {
        let woken = state.withLock { $0.advance(to: phase) }
        for watcher in woken.watchers.values { watcher.resume() }
        for end in woken.streams.values { end() }
    }

    /// Returns the phase once it is another than `seen`, or the task is cancelled.
    func phase(after seen: Phase) async -> Phase {
        let id = state.withLock { $0.nextID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wait(as: id, after: seen, $0) }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: id) }?.resume()
        }
        return phase
    }

    private func wait(as id: Int, after seen: Phase, _ watcher: CheckedContinuation<Void, Never>) {
        let isDue = state.withLock { state in
            // Asked under the lock: a cancel that comes later finds the watcher in its place.
            if state.phase != seen || Task.isCancelled { return true }
            state.watchers[id] = watcher
            return false
        }
        if isDue { watcher.resume() }
    }

    /// Calls `end` when the last streams are to end; at once where they are already.
    ///
    /// - Returns: what to `forget` when the stream has ended by itself.
    func whenEnded(_ end: @escaping @Sendable () -> Void) -> Int {
        let (id, isDue) = state.withLock { state in
            let id = state.nextID()
            if state.phase != .ended { state.streams[id] = end }
            return (id, state.phase == .ended)
        }
        if isDue { end() }
        return id
    }

    /// Lets go of a stream.
    func forget(_ stream: Int) {
        state.withLock { $0.streams[stream] = nil }
    }
}
