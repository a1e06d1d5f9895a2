package import Clocks
internal import DequeModule
package import NIOCore

/// Shares one loop between its connections. Each does what it has to do a piece at a time, in turn
/// with the others, and after a millisecond of that the loop looks at its sockets again: a
/// connection with very much to do holds nobody up for longer than about that.
///
/// Confined to its loop, but for `init`.
package final class LoopTurns: @unchecked Sendable {
    // Sendable by hand: used on its loop only.
    private static let length = Duration.milliseconds(1)
    /// A loop runs all that is due before it looks at its sockets, so what is to come after them
    /// may not be due at once.
    private static let pause = TimeAmount.microseconds(50)

    let loop: any EventLoop
    private let time: any TimeSource
    private var endsAt: Instant
    /// Those that have something to do, the next one first.
    private var ready: Deque<LoopExecutor> = []
    /// A run is to come, or is under way.
    private var isRunning = false

    package init(_ loop: any EventLoop, time: any TimeSource) {
        self.loop = loop
        self.time = time
        endsAt = time.now
    }

    /// The loop has just looked at its sockets.
    package func begin() { endsAt = time.now + Self.length }

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
        begin()
        while let next = ready.popFirst() {
            if next.runOne() { ready.append(next) }
            if isOver, !ready.isEmpty { return runLater() }
        }
        isRunning = false
    }

    private func runLater() {
        // A loop that shuts down fails what is yet to come; somebody may wait for it.
        loop.assumeIsolated().scheduleTask(in: Self.pause) { self.run() }
            .futureResult.whenFailure { _ in self.run() }
    }
}
