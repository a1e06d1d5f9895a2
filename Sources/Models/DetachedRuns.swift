package import Logging
import Synchronization

/// The executions that go on after their callers have left (`on_disconnect: finish`): the parent
/// of their tasks, so that the daemon can wait for them, and stop them, when it ends.
package final class DetachedRuns: Sendable {
    private struct Book {
        var last: UInt64 = 0
        /// nil until the task's handle is known.
        var tasks: [UInt64: Task<Void, Never>?] = [:]
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isStopped = false
    }

    private let logger: Logger
    private let book = Mutex(Book())

    package init(logger: Logger = Logger(label: "laneway.models")) {
        self.logger = logger
    }

    /// How many run, those whose callers still wait included.
    package var count: Int { book.withLock { $0.tasks.count } }

    /// Cancels all that run, and whatever is started from now on.
    package func stopAll() {
        let tasks = book.withLock { book in
            book.isStopped = true
            return Array(book.tasks.values)
        }
        for task in tasks { task?.cancel() }
    }

    /// Returns when none runs.
    package func drained() async {
        await withCheckedContinuation { waiter in
            let empty = book.withLock { book in
                if book.tasks.isEmpty { return true }
                book.waiters.append(waiter)
                return false
            }
            if empty { waiter.resume() }
        }
    }

    func start(_ work: @escaping @Sendable () async -> Void) {
        let id = book.withLock { book in
            book.last += 1
            book.tasks[book.last] = .some(nil)
            return book.last
        }
        let task = Task {
            await work()
            ended(id)
        }
        // The task may be over already; then there is nothing to keep. Or all were stopped before
        // this one's handle was known; then nobody else will stop it.
        let isLate = book.withLock { book in
            if book.tasks[id] != nil { book.tasks[id] = .some(task) }
            return book.isStopped
        }
        if isLate { task.cancel() }
    }

    private func ended(_ id: UInt64) {
        let waiters = book.withLock { book in
            book.tasks.removeValue(forKey: id)
            guard book.tasks.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { book.waiters = [] }
            return book.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The caller had left; this is all that is seen of the answer. A failure's message stays out:
    /// it holds the provider's words, and those may quote the prompt.
    func logFinished(
        _ call: Call, _ target: Target, _ outcome: Result<ModelResponse, any Error>
    ) {
        var fields: Logger.Metadata = [
            "call_id": "\(call.attribution.callID)", "target": "\(target)",
        ]
        switch outcome {
        case .success(let response):
            fields["outcome"] = "ok"
            fields["input_tokens"] = "\(response.usage.inputTokens)"
            fields["output_tokens"] = "\(response.usage.outputTokens)"
        case .failure(let failure as ProviderFailure):
            fields["outcome"] = "\(failure.kind.reason.rawValue)"
            fields["http_status"] = "\(failure.httpStatus)"
            fields["upstream_request"] = "\(failure.upstreamRequestID)"
        case .failure:
            fields["outcome"] = "stopped"
        }
        logger.info("finished detached", metadata: fields)
    }
}
