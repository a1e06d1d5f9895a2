package import Clocks

/// Decides which call runs, waits or is refused. The pure half of a lane: no clock, lock or task
/// inside; every event brings the time and every decision goes out as a step.
///
/// Exits of a call: it is refused on arrival, or starts on arrival, or waits. A waiting call gets
/// exactly one reply: start, queue timeout, caller left or shutting down. A started call comes
/// back exactly once, as `slotFreed` or as `streamEstablished` followed by `streamEnded`.
package struct LaneMachine: ~Copyable {
    package private(set) var settings: LaneSettings
    package private(set) var running = 0
    package private(set) var openStreams = 0
    package private(set) var draining = false
    /// Streams that have a slot and are not established yet: each will want to be open.
    private var startingStreams = 0
    private var queue: FairQueue
    private var residency = MeanResidency()
    private var started = 0
    private var leaked = 0
    private var refusals: [LaneRefusal.Reason: Int] = [:]
    /// Shrinking lets running work end, so `running` may stand above the concurrency for a while;
    /// it never stands above this.
    private var runningMax: Int

    package init(_ settings: LaneSettings) {
        self.settings = settings
        self.runningMax = settings.concurrency
        self.queue = FairQueue(settings)
    }

    package var queued: Int { queue.count }
    package var queuedBytes: Int { queue.bytes }
}

// MARK: - Events of calls that want a slot

extension LaneMachine {
    package mutating func callArrived(_ job: Job, at now: Instant) -> Arrival {
        defer { check() }
        if draining { return .refuse(counted(.shuttingDown)) }
        let account = queue.account(of: job.caller)
        if running < settings.concurrency, !job.isStream || roomForStream {
            // Nobody is overtaken: had a waiting call been able to use this slot, it would have it.
            let charge = queue.pass(job.priority, of: account, settings)
            return .start(start(isStream: job.isStream, waited: .zero, charge, at: now))
        }
        if let refusal = refusal(for: job, of: account) { return .refuse(counted(refusal)) }
        let (ticket, waiter) = queue.enqueue(job, of: account, at: now, settings)
        return .wait(ticket, until: waiter.leavesAt)
    }

    /// Harmless for a call that has been answered already: the two crossed.
    package mutating func callerLeft(_ ticket: Ticket) -> Step {
        defer { check() }
        guard queue.remove(ticket) != nil else { return .nothing }
        return .reply(Reply(ticket: ticket, answer: .refuse(counted(.callerLeft))))
    }

    /// Harmless for a call that has been answered already: the two crossed.
    package mutating func queueClockRang(_ ticket: Ticket, at now: Instant) -> Step {
        defer { check() }
        guard let waiter = queue.remove(ticket) else { return .nothing }
        let refusal = counted(waiter.refusal(at: now, estimatedWait: estimatedWait))
        return .reply(Reply(ticket: ticket, answer: .refuse(refusal)))
    }
}

// MARK: - Events of calls that have one

extension LaneMachine {
    package mutating func slotFreed(
        _ grant: Grant, _ used: TokensUsed? = nil, at now: Instant
    ) -> Step {
        defer { check() }
        if grant.isStream { startingStreams -= 1 }
        freeSlot(startedAt: grant.startedAt, at: now)
        settle(grant.charge, startedAt: grant.startedAt, used, at: now)
        return startNext(at: now)
    }

    package mutating func streamEstablished(
        _ grant: Grant, at now: Instant
    ) -> (OpenGrant, Step) {
        defer { check() }
        if grant.isStream { startingStreams -= 1 }
        openStreams += 1
        let holdsSlot = settings.hold == .completion
        var open = OpenGrant(
            startedAt: grant.startedAt, holdsSlot: holdsSlot, charge: grant.charge)
        if holdsSlot { return (open, .nothing) }
        freeSlot(startedAt: grant.startedAt, at: now)
        // Its tokens are known at its end only; its time in the slot is known now.
        if grant.charge?.unit != .tokens {
            settle(open.charge.take(), startedAt: grant.startedAt, nil, at: now)
        }
        return (open, startNext(at: now))
    }

    package mutating func streamEnded(
        _ grant: OpenGrant, _ used: TokensUsed? = nil, at now: Instant
    ) -> Step {
        defer { check() }
        openStreams -= 1
        settle(grant.charge, startedAt: grant.startedAt, used, at: now)
        if grant.holdsSlot { freeSlot(startedAt: grant.startedAt, at: now) }
        return startNext(at: now)
    }

    /// A slot or an open stream was forgotten. Its release follows as an event of its own.
    package mutating func leakFound() {
        leaked += 1
    }
}

// MARK: - Events of the lane

extension LaneMachine {
    package mutating func settingsChanged(
        to settings: LaneSettings, at now: Instant
    ) -> Step {
        defer { check() }
        queue.settingsChanged(from: self.settings, to: settings)
        self.settings = settings
        runningMax = max(running, settings.concurrency)
        var replies: [Reply] = []
        while case .reply(let reply) = startNext(at: now) { replies.append(reply) }
        return replies.isEmpty ? .nothing : .replyAll(replies)
    }

    package mutating func drainStarted(at now: Instant) -> Step {
        defer { check() }
        draining = true
        let replies = queue.removeAll(at: now).map {
            Reply(ticket: $0, answer: .refuse(counted(.shuttingDown)))
        }
        return replies.isEmpty ? .nothing : .replyAll(replies)
    }
}

// MARK: - Deciding

extension LaneMachine {
    private var roomForStream: Bool {
        openStreams + startingStreams < settings.openStreamsMax
    }

    /// What a call arriving now would wait; nil until a first slot has come back.
    private var estimatedWait: Duration? {
        residency.wait(behind: queue.count, concurrency: settings.concurrency)
    }

    // Refuse before queueing: a caller that learns early can fail over; one that waits cannot. The
    // caller's own part comes first: where both are full, that is the one it can do something about.
    private func refusal(for job: Job, of account: Int32) -> LaneRefusal? {
        let own = queue.load(of: account)
        let (ownBytes, bytes) = (own.bytes + job.promptBytes, queue.bytes + job.promptBytes)
        let limits = settings
        if own.depth >= limits.callerQueueDepthMax {
            return .callerQueueFull(
                depth: own.depth, limit: limits.callerQueueDepthMax, estimatedWait: estimatedWait)
        }
        if queue.count >= limits.queueDepthMax {
            return .queueFull(
                depth: queue.count, limit: limits.queueDepthMax, estimatedWait: estimatedWait)
        }
        if ownBytes > limits.callerQueueBytesMax {
            return .callerQueueBytesFull(
                bytes: ownBytes, limit: limits.callerQueueBytesMax, estimatedWait: estimatedWait)
        }
        if bytes > limits.queueBytesMax {
            return .queueBytesFull(
                bytes: bytes, limit: limits.queueBytesMax, estimatedWait: estimatedWait)
        }
        return nil
    }

    private mutating func startNext(at now: Instant) -> Step {
        guard running < settings.concurrency,
            let (ticket, waiter, charge) = queue.next(streamsToo: roomForStream, at: now)
        else { return .nothing }
        let waited = waiter.arrivedAt.duration(to: now)
        let grant = start(isStream: waiter.isStream, waited: waited, charge, at: now)
        return .reply(Reply(ticket: ticket, answer: .start(grant)))
    }

    private mutating func start(
        isStream: Bool, waited: Duration, _ charge: Charge, at now: Instant
    ) -> Grant {
        running += 1
        started += 1
        if isStream { startingStreams += 1 }
        return Grant(startedAt: now, waited: waited, isStream: isStream, charge: charge)
    }

    private mutating func freeSlot(startedAt: Instant, at now: Instant) {
        running -= 1
        runningMax = max(running, settings.concurrency)
        residency.add(startedAt.duration(to: now))
    }

    private mutating func settle(
        _ charge: Charge?, startedAt: Instant, _ used: TokensUsed?, at now: Instant
    ) {
        guard let charge else { return }
        queue.settle(charge, nanoseconds: startedAt.nanoseconds(to: now), tokens: used)
    }

    private mutating func counted(_ refusal: LaneRefusal) -> LaneRefusal {
        refusals[refusal.reason, default: 0] += 1
        return refusal
    }
}

// MARK: - Looking in

extension LaneMachine {
    package func snapshot(name: String) -> LaneSnapshot {
        LaneSnapshot(
            name: name, concurrency: settings.concurrency, running: running,
            openStreams: openStreams, queued: queue.count, queuedBytes: queue.bytes,
            estimatedWait: estimatedWait, draining: draining, started: started,
            refusals: refusals, leakedSlots: leaked)
    }

    /// Callers the queue remembers, for the tests.
    var callersKnown: Int { queue.callersKnown }

    /// What holds after every step. Constant time, so that debug builds check it every time.
    package func invariants() {
        precondition(running >= 0 && openStreams >= 0, "a slot or stream came back twice")
        precondition(startingStreams >= 0 && startingStreams <= running, "lost track of streams")
        precondition(running <= runningMax, "running \(running) > concurrency \(runningMax)")
        precondition(!draining || queue.count == 0, "a call waits in a draining lane")
        let idle = running < settings.concurrency
        precondition(!idle || !queue.hasWork(streamsToo: roomForStream), "a slot stands idle")
    }

    /// The queue's own, in time linear to what waits: for tests.
    package func deepInvariants() {
        invariants()
        queue.invariants()
    }

    @inline(__always)
    private func check() {
        #if DEBUG
            invariants()
        #endif
    }
}
