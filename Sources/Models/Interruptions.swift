import Clocks

extension Call {
    /// Whether `error` came of stopping the call. A `CancellationError` that nobody asked for did
    /// not: it is a provider's mistake. Asked of the task that runs the call.
    func isStopped(by error: any Error) -> Bool {
        interruption != nil || (error.bare is CancellationError && Task.isCancelled)
    }

    /// What the call says when this has ended it.
    func refusal(for cause: Interruption) -> Refusal {
        let report = report()
        switch cause {
        case .callerLeft:
            return Refusal(.callerLeft, "the caller left after \(age.shown)")
        case .cancelled:
            return Refusal(.callerLeft, "ended by Laneway.Cancel after \(age.shown)")
        case .callerDeadline:
            return Refusal(
                .callerDeadline,
                """
                the caller's deadline passed after \(age.shown), of which it waited \
                \(report.queueWait.shown) and ran \(report.execution.shown)
                """)
        case .executionTimeout:
            return Refusal(
                .executionTimeout,
                """
                ran for \(report.execution.shown), queue waits left out; the limit is \
                \(update { $0.limitReached ?? $0.clocks.executionLimit }.shown) (\(executionLimitName))
                """)
        case .idleTimeout:
            var refusal = Refusal(
                .streamInterrupted,
                "upstream sent nothing for longer than the idle clock allows (idle_timeout)")
            refusal.doNotRetry = true
            return refusal
        case .slowConsumer:
            return Refusal(.slowConsumer, "the client does not read its stream")
        case .shuttingDown: return .shuttingDown
        }
    }

    private var age: Duration { arrived.duration(to: time.now) }

    private var executionLimitName: String {
        executionTimeout == nil ? "execution_timeout" : "the call's execution_timeout_ms"
    }
}
