import Synchronization

/// A result that is set once and waited for by one task. Whoever comes first sets it; the others
/// learn that they were late.
final class Latch<Value: Sendable>: Sendable {
    private enum State {
        /// Goes to waiting or to done.
        case open
        /// Goes to done.
        case waiting(CheckedContinuation<Value, Never>)
        case done(Value)
    }

    private let state = Mutex(State.open)

    /// - Returns: false when it was set before; `value` is then dropped.
    @discardableResult
    func set(_ value: Value) -> Bool {
        let (first, waiter) = state.withLock {
            state -> (Bool, CheckedContinuation<Value, Never>?) in
            switch state {
            case .done: return (false, nil)
            case .open:
                state = .done(value)
                return (true, nil)
            case .waiting(let waiter):
                state = .done(value)
                return (true, waiter)
            }
        }
        waiter?.resume(returning: value)
        return first
    }

    /// The value, once there is one. For one task, once: it does not heed cancellation, so
    /// whoever sets the latch must.
    func value() async -> Value {
        await withCheckedContinuation { waiter in
            let ready = state.withLock { state -> Value? in
                if case .done(let value) = state { return value }
                state = .waiting(waiter)
                return nil
            }
            if let ready { waiter.resume(returning: ready) }
        }
    }
}
