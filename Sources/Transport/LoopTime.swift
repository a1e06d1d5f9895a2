package import Clocks
package import NIOCore

/// Drives the daemon's timer wheel from an event loop. While no alarm is set, nothing wakes.
package enum LoopTime {
    package static func start(on loop: any EventLoop) -> WheelTime {
        let driver = Driver(loop)
        let time = WheelTime { instant in
            loop.execute { driver.arm(for: instant) }
        }
        driver.time = time
        return time
    }

    /// Confined to its loop.
    private final class Driver: @unchecked Sendable {
        // Sendable by hand: `time` is set once before the first alarm; the rest stays on the loop.
        private let loop: any EventLoop
        // Its wake holds this: the other way round it would keep itself for ever.
        weak var time: WheelTime?
        private var scheduled: Scheduled<Void>?

        init(_ loop: any EventLoop) {
            self.loop = loop
        }

        func arm(for instant: Instant) {
            guard let time else { return }
            scheduled?.cancel()
            let wait = instant - time.now
            scheduled = loop.scheduleTask(in: TimeAmount(wait)) { self.ring() }
        }

        private func ring() {
            guard let time else { return }
            scheduled = nil
            if let next = time.tick(now: time.now) { arm(for: next) }
        }
    }
}
