import Synchronization

extension TimeSource {
    /// Waits until `deadline`, or for ever when it is nil, on this source's clock.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package func pause(until deadline: Instant?) async throws {
        let pause = Pause()
        let alarm = deadline.map { setAlarm(at: $0) { pause.end(.ranOut) } }
        let ending = await withTaskCancellationHandler {
            await pause.wait()
        } onCancel: {
            pause.end(.cancelled)
        }
        if ending == .cancelled {
            if let alarm { clearAlarm(alarm) }
            throw CancellationError()
        }
    }
}

/// One wait that ends once, by its alarm or by cancellation, whichever comes first.
private final class Pause: Sendable {
    enum Ending { case ranOut, cancelled }

    private enum State {
        /// Nobody waits yet. Goes to waiting, or to over when it ends before anybody waited.
        case fresh
        /// Goes to over.
        case waiting(CheckedContinuation<Ending, Never>)
        case over(Ending)
    }

    private let state = Mutex(State.fresh)

    func wait() async -> Ending {
        await withCheckedContinuation { continuation in
            let ended: Ending? = state.withLock { state in
                if case .over(let ending) = state { return ending }
                state = .waiting(continuation)
                return nil
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }

    func end(_ ending: Ending) {
        let waiter: CheckedContinuation<Ending, Never>? = state.withLock { state in
            defer { if case .over = state {} else { state = .over(ending) } }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume(returning: ending)
    }
}
