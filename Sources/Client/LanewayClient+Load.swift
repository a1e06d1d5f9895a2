internal import NIOCore
internal import RPC
internal import Synchronization
internal import Transport

/// For whoever makes calls by the thousand and measures them: nothing here but the time of the
/// calls themselves.
extension LanewayClient {
    /// Connects now. Otherwise the first call does, or each of the first that come at once.
    ///
    /// - Throws: `CallError` where no daemon answers.
    package func connect() async throws(CallError) {
        do {
            _ = try await connection()
        } catch {
            throw CallError(error, socketPath: socketPath)
        }
    }

    /// Runs `body` on the thread that moves the connection's bytes, so that no call in it changes
    /// threads.
    ///
    /// - Throws: `CallError` where no daemon answers.
    package func onLoop(
        _ body: () async -> Void
    ) async throws(CallError) {
        let executor: LoopExecutor
        do {
            executor = try await connection().executor
        } catch {
            throw CallError(error, socketPath: socketPath)
        }
        await withTaskExecutorPreference(executor) { await body() }
    }

    /// Waits on the loop's own timer, which is exact to some ten microseconds. Ends at once where
    /// the task is cancelled.
    package func pause(for duration: Duration) async {
        let timer = LoopPause()
        await withTaskCancellationHandler {
            await timer.wait(duration, on: loop)
        } onCancel: {
            timer.end()
        }
    }
}

/// One wait that ends once.
private final class LoopPause: Sendable {
    private enum State {
        /// Goes to waiting or over.
        case fresh
        /// Goes to over.
        case waiting(CheckedContinuation<Void, Never>)
        case over
    }

    private let state = Mutex(State.fresh)

    func wait(_ duration: Duration, on loop: any EventLoop) async {
        let nanoseconds = Int64(clamping: duration.attoseconds / 1_000_000_000)
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if case .over = state { return true }
                state = .waiting(continuation)
                return false
            }
            if isOver { return continuation.resume() }
            // Where it is cancelled the timer finds nobody waiting.
            _ = loop.scheduleTask(in: .nanoseconds(nanoseconds)) { self.end() }
        }
    }

    func end() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .over }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume()
    }
}
