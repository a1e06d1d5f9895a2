import Synchronization

/// What becomes of an execution that goes on when its caller has left (`on_disconnect: finish`). The
/// call itself has ended by then; what learns from executions, the health of a target and answers
/// kept for a key, still wants to know.
package final class Afterlife: Sendable {
    package typealias Outcome = Result<ModelResponse, any Error>

    private enum State {
        /// The caller is there, or left before anything ran. Goes to goingOn or to ended.
        case none
        /// Goes to ended.
        case goingOn([@Sendable (Outcome) -> Void])
        case ended(Outcome)
    }

    private let state = Mutex(State.none)

    init() {}

    /// The caller has left, and the execution goes on or has just ended.
    package var hasBegun: Bool {
        state.withLock { state in
            if case .none = state { false } else { true }
        }
    }

    /// Tells the outcome once it is known, at once where it is.
    package func whenEnded(_ tell: @escaping @Sendable (Outcome) -> Void) {
        let known = state.withLock { state -> Outcome? in
            switch state {
            case .none: state = .goingOn([tell])
            case .goingOn(let others): state = .goingOn(others + [tell])
            case .ended(let outcome): return outcome
            }
            return nil
        }
        if let known { tell(known) }
    }

    func begin() {
        state.withLock { state in
            if case .none = state { state = .goingOn([]) }
        }
    }

    func end(_ outcome: Outcome) {
        let told = state.withLock { state -> [@Sendable (Outcome) -> Void] in
            defer { state = .ended(outcome) }
            if case .goingOn(let told) = state { return told }
            return []
        }
        for tell in told { tell(outcome) }
    }
}
