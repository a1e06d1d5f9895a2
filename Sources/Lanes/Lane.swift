package import Clocks
package import Logging
import Synchronization

/// A named, bounded, fair pool of slots. Stands between the chain, which asks for a slot per
/// attempt, and the providers, which run under it.
///
/// The thin shell around `LaneMachine`: it holds the lock, rings the queue clocks and resumes the
/// waiters, always outside the lock.
package final class Lane: Sendable {
    package let name: String
    private let time: any TimeSource
    private let logger: Logger
    private let room: Mutex<WaitingRoom>

    package init(
        name: String, settings: LaneSettings, time: any TimeSource, logger: Logger
    ) {
        self.name = name
        self.time = time
        self.logger = logger
        self.room = Mutex(WaitingRoom(LaneMachine(settings)))
    }

    package var settings: LaneSettings { room.withLock { $0.machine.settings } }

    /// That of its settings.
    package var queueWaitMax: Duration { room.withLock { $0.machine.settings.queueWaitMax } }

    /// Waits for the call's turn. A lane with room gives the slot without suspending.
    ///
    /// Cancelling the task takes a waiting call out of the queue at once.
    ///
    /// - Parameter follow: told the call's place when it starts to wait and whenever that has
    ///   changed, a few times a second at most. Must be short: it runs on the clock's thread. A
    ///   last one may still come when the wait is over.
    package func slot(
        for job: Job, follow: QueuePlace.Follower? = nil
    ) async throws(LaneRefusal) -> Slot {
        let now = time.now
        switch room.withLock({ $0.machine.callArrived(job, at: now) }) {
        case .start(let grant): return Slot(grant, of: self)
        case .refuse(let refusal): throw refusal
        case .wait(let ticket, let deadline):
            if let follow { follows(ticket, follow) }
            return try await turn(of: ticket, until: deadline)
        }
    }

    package func snapshot() -> LaneSnapshot {
        look().snapshot(name: name, at: time.now)
    }

    /// Takes the new limits at once: growing starts waiting calls, shrinking lets running ones end.
    package func update(_ change: (inout LaneSettings) -> Void) {
        let now = time.now
        run(
            room.withLock { room in
                var settings = room.machine.settings
                change(&settings)
                return room.settle(room.machine.settingsChanged(to: settings, at: now))
            })
    }

    /// Refuses the waiting calls and all that come after. Running ones end by themselves.
    package func drain() {
        let now = time.now
        run(room.withLock { $0.settle($0.machine.drainStarted(at: now)) })
    }

    func look() -> LaneLook { room.withLock { $0.machine.look() } }

    /// Tasks suspended in the queue, for the tests.
    var suspended: Int { room.withLock { $0.suspended } }
}

// MARK: - Waiting

extension Lane {
    private func turn(
        of ticket: Ticket, until deadline: Instant
    ) async throws(LaneRefusal) -> Slot {
        let alarm = time.setAlarm(at: deadline) { self.queueClockRang(ticket) }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                run(room.withLock { $0.waiterCame(waiter, with: ticket) })
            }
        } onCancel: {
            callerLeft(ticket)
        }
        time.clearAlarm(alarm)
        switch answer {
        case .refuse(let refusal): throw refusal
        case .start(let grant):
            // The slot and the cancellation crossed: the next in line has more use for it.
            if Task.isCancelled {
                slotFreed(grant, TokensUsed(input: 0, output: 0))
                throw .callerLeft
            }
            return Slot(grant, of: self)
        }
    }

    private func queueClockRang(_ ticket: Ticket) {
        let now = time.now
        run(room.withLock { $0.settle($0.machine.queueClockRang(ticket, at: now)) })
    }

    private func callerLeft(_ ticket: Ticket) {
        run(room.withLock { $0.settle($0.machine.callerLeft(ticket)) })
    }

    private func run(_ wakeUps: WakeUps) {
        switch wakeUps {
        case .none: break
        case .one(let wakeUp): wakeUp.waiter.resume(returning: wakeUp.answer)
        case .all(let wakeUps):
            for wakeUp in wakeUps { wakeUp.waiter.resume(returning: wakeUp.answer) }
        }
    }
}

// MARK: - Places in the queue

extension Lane {
    /// How often places are looked up while somebody follows them.
    private static let placesEvery: Duration = .milliseconds(250)

    private func follows(_ ticket: Ticket, _ follow: @escaping QueuePlace.Follower) {
        // Later ones wait for the next look: each walks through the whole queue.
        guard room.withLock({ $0.follows(ticket, follow) }) else { return }
        tellPlaces()
        tellPlacesLater()
    }

    private func tellPlacesLater() {
        _ = time.setAlarm(at: time.now + Self.placesEvery) {
            self.tellPlaces()
            if self.room.withLock({ $0.board.goesOn() }) { self.tellPlacesLater() }
        }
    }

    // The walk through the queue and the telling are for outside the lock.
    private func tellPlaces() {
        let look = look()
        let order = look.order(at: time.now).map(\.ticket)
        let news = room.withLock { room in
            room.board.placed(order) { look.estimatedWait(ahead: $0) }
        }
        for (follow, place) in news { follow(place) }
    }
}

// MARK: - Given back by Slot and OpenStream

extension Lane {
    func slotFreed(_ grant: Grant, _ used: TokensUsed? = nil, _ strain: Strain = .unknown) {
        let now = time.now
        run(room.withLock { $0.settle($0.machine.slotFreed(grant, used, strain, at: now)) })
    }

    func streamEstablished(_ grant: Grant) -> OpenStream {
        let now = time.now
        let (open, wakeUps) = room.withLock {
            let (open, step) = $0.machine.streamEstablished(grant, at: now)
            return (open, $0.settle(step))
        }
        run(wakeUps)
        return OpenStream(open, of: self)
    }

    func streamEnded(_ grant: OpenGrant, _ used: TokensUsed? = nil) {
        let now = time.now
        run(room.withLock { $0.settle($0.machine.streamEnded(grant, used, at: now)) })
    }

    func slotLeaked(_ grant: Grant) {
        logger.error("slot leaked", metadata: ["lane": "\(name)"])
        room.withLock { $0.machine.leakFound() }
        slotFreed(grant)
    }

    func streamLeaked(_ grant: OpenGrant) {
        logger.error("open stream leaked", metadata: ["lane": "\(name)"])
        room.withLock { $0.machine.leakFound() }
        streamEnded(grant)
    }
}
