package import Clocks
internal import DequeModule
package import NIOCore

/// Shares one loop between its connections. Each does what it has to do a piece at a time, in turn
/// with the others, and after a turn of that the loop looks at its sockets again: a connection with
/// very much to do holds nobody up for longer than about that. Turns are short where somebody comes
/// meanwhile, and longer where nobody does.
///
/// Confined to its loop, but for `init`.
package final class LoopTurns: @unchecked Sendable {
    // Sendable by hand: used on its loop only.
    private static let shortest = Duration.microseconds(250)
    private static let longest = Duration.milliseconds(1)
    /// A loop runs all that is due before it looks at its sockets, so what is to come after them
    /// may not be due at once.
    private static let pause = TimeAmount.microseconds(20)

    let loop: any EventLoop
    private let time: any TimeSource
    private var length = shortest
    private var endsAt: Instant
    /// Something was read since the sockets were last looked at for their turn.
    private var somebodyCame = false
    /// Those that have something to do, the next one first.
    private var ready: Deque<LoopExecutor> = []
    /// A run is to come, or is under way.
    private var isRunning = false

    package init(_ loop: any EventLoop, time: any TimeSource) {
        self.loop = loop
        self.time = time
        endsAt = time.now
    }

    /// The loop has just looked at its sockets, and a connection begins to read from its own.
    ///
    /// - Returns: the time.
    package func begin() -> Instant {
        somebodyCame = true
        let now = now
        endsAt = now + length
        return now
    }

    package var now: Instant { time.now }

    /// The sockets are to be looked at before more is done.
    package var isOver: Bool { isOver(at: now) }

    /// `isOver`, by a reading of the clock that is at hand.
    package func isOver(at now: Instant) -> Bool { now >= endsAt }

    /// - Parameter executor: is not among those that are ready.
    func isReady(_ executor: LoopExecutor) {
        ready.append(executor)
        guard !isRunning else { return }
        isRunning = true
        loop.execute { self.run() }
    }

    private func run() {
        endsAt = time.now + length
        while let next = ready.popFirst() {
            if next.runOne() { ready.append(next) }
            if isOver, !ready.isEmpty { return runLater() }
        }
        isRunning = false
    }

    private func runLater() {
        somebodyCame = false
        // A loop that shuts down fails what is yet to come; somebody may wait for it.
        loop.assumeIsolated().scheduleTask(in: Self.pause) { self.runAgain() }
            .futureResult.whenFailure { _ in self.runAgain() }
    }

    private func runAgain() {
        length = somebodyCame ? Self.shortest : min(length * 2, Self.longest)
        run()
    }
}
