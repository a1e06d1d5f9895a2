internal import DequeModule
package import NIOCore

/// Runs the tasks of one connection on its event loop, so that a call, its connection and its
/// upstream share a thread. Connections of one loop take turns.
package final class LoopExecutor: TaskExecutor, @unchecked Sendable {
    // Sendable by hand: `work` and `isReady` are touched on the loop only.
    package let loop: any EventLoop
    package let turns: LoopTurns
    private var work: Deque<Work> = []
    /// It is its turn some time, and told `turns` so.
    private var isReady = false

    private enum Work {
        case job(UnownedJob)
        case piece(() -> Void)
    }

    /// - Parameter turns: those of the connection's loop.
    package init(_ turns: LoopTurns) {
        loop = turns.loop
        self.turns = turns
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if loop.inEventLoop {
            append(.job(job))
        } else {
            loop.execute { self.append(.job(job)) }
        }
    }

    /// Goes on with what a turn had no time for. On the loop only.
    package func later(_ piece: @escaping () -> Void) {
        loop.preconditionInEventLoop()
        append(.piece(piece))
    }

    private func append(_ one: Work) {
        work.append(one)
        guard !isReady else { return }
        isReady = true
        turns.isReady(self)
    }

    /// - Returns: whether there is more.
    func runOne() -> Bool {
        switch work.popFirst() {
        case .job(let job): unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        case .piece(let piece): piece()
        case nil: break
        }
        isReady = !work.isEmpty
        return isReady
    }
}
