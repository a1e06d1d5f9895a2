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
    private var adapted = AdaptiveLimit()
    private var residency = MeanResidency()
    private var waits = WaitHistogram()
    private var leaked = 0
    private var refusals: [LaneRefusal.Reason: Int] = [:]
    /// Shrinking lets running work end, so `running` may stand above the concurrency for a while;
    /// it never stands above this.
    private var runningMax: Int

    package init(_ settings: LaneSettings) {
        self.settings = settings
        self.runningMax = settings.paused ? 0 : settings.concurrency
        self.queue = FairQueue(settings)
    }

    /// Attempts that may run at once as things are.
    package var slots: Int {
        if settings.paused { return 0 }
        return settings.adaptive ? adapted.slots(of: settings.concurrency) : settings.concurrency
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
        if running < slots, !job.isStream || roomForStream {
            // Nobody is overtaken: had a waiting call been able to use this slot, it would have it.
            let charge = queue.pass(
                job.priority, of: account, streamsToo: roomForStream, at: now)
            return .start(start(isStream: job.isStream, waited: 0, charge, at: now))
        }
        if let refusal = refusal(for: job, of: account) { return .refuse(counted(refusal)) }
        if let refusal = hopeless(job, of: account, at: now) { return .refuse(counted(refusal)) }
        let (ticket, waiter) = queue.enqueue(
            job, of: account, streamsToo: roomForStream, at: now)
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
        _ grant: Grant, _ used: TokensUsed? = nil, _ strain: Strain = .unknown, at now: Instant
    ) -> Step {
        defer { check() }
        if grant.isStream { startingStreams -= 1 }
        let grew = adapt(to: strain, of: grant, at: now)
        freeSlot(of: grant.charge.account, startedAt: grant.startedAt, at: now)
        queue.settle(grant.charge, startedAt: grant.startedAt, tokens: used, at: now)
        queue.callEnded(grant.charge.account)
        return grew ? startAll(at: now) : startNext(at: now)
    }

    package mutating func streamEstablished(
        _ grant: Grant, at now: Instant
    ) -> (OpenGrant, Step) {
        defer { check() }
        if grant.isStream { startingStreams -= 1 }
        openStreams += 1
        let grew = adapt(to: .well, of: grant, at: now)
        queue.streamOpened(grant.charge.account)
        let holdsSlot = settings.hold == .completion
        var open = OpenGrant(
            startedAt: grant.startedAt, holdsSlot: holdsSlot, account: grant.charge.account,
            charge: grant.charge)
        if holdsSlot { return (open, grew ? startAll(at: now) : .nothing) }
        freeSlot(of: open.account, startedAt: grant.startedAt, at: now)
        // Its tokens are known at its end only; its time in the slot is known now.
        if grant.charge.unit != .tokens {
            open.charge = nil
            queue.settle(grant.charge, startedAt: grant.startedAt, tokens: nil, at: now)
        }
        return (open, grew ? startAll(at: now) : startNext(at: now))
    }

    package mutating func streamEnded(
        _ grant: OpenGrant, _ used: TokensUsed? = nil, at now: Instant
    ) -> Step {
        defer { check() }
        openStreams -= 1
        queue.streamClosed(grant.account)
        if grant.holdsSlot { freeSlot(of: grant.account, startedAt: grant.startedAt, at: now) }
        if let charge = grant.charge {
            queue.settle(charge, startedAt: grant.startedAt, tokens: used, at: now)
        }
        queue.callEnded(grant.account)
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
        queue.settingsChanged(to: settings)
        self.settings = settings
        if !settings.adaptive { adapted = AdaptiveLimit() }
        runningMax = max(running, slots)
        return startAll(at: now)
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
        openStreams + startingStreams < settings.maxOpenStreams
    }

    /// What a call arriving now would wait; nil until a first slot has come back.
    private var estimatedWait: Duration? {
        residency.wait(behind: queue.count + 1, concurrency: slots)
    }

    // Refuse before queueing: a caller that learns early can fail over; one that waits cannot. The
    // caller's own part comes first: where both are full, that is the one it can do something about.
    //
    // Mutating in name only: a machine cannot be copied, and to a method that does not mutate the
    // compiler lends a copy of all of it.
    private mutating func refusal(for job: Job, of account: Int32) -> LaneRefusal? {
        let own = queue.load(of: account)
        let (ownBytes, bytes) = (own.bytes + job.promptBytes, queue.bytes + job.promptBytes)
        if own.depth >= settings.callerQueueDepthMax {
            return .callerQueueFull(
                depth: own.depth, limit: settings.callerQueueDepthMax, estimatedWait: estimatedWait)
        }
        if queue.count >= settings.queueDepthMax {
            return .queueFull(
                depth: queue.count, limit: settings.queueDepthMax, estimatedWait: estimatedWait)
        }
        if ownBytes > settings.callerQueueBytesMax {
            return .callerQueueBytesFull(
                bytes: ownBytes, limit: settings.callerQueueBytesMax, estimatedWait: estimatedWait)
        }
        if bytes > settings.queueBytesMax {
            return .queueBytesFull(
                bytes: bytes, limit: settings.queueBytesMax, estimatedWait: estimatedWait)
        }
        return nil
    }

    /// Refuses a call whose deadline is not met even where the queue moves at twice its pace. The
    /// pace is a guess, and a call sent away that could have run is worse than one that leaves by
    /// itself; one that waits for nothing keeps others from failing over.
    private mutating func hopeless(_ job: Job, of account: Int32, at now: Instant) -> LaneRefusal? {
        guard let deadline = job.callerDeadline, queue.count > 0 else { return nil }
        let left = max(0, now.nanoseconds(to: deadline))
        // Most calls leave here: they have the time even if all others go first, or so many starts
        // that to look whether they suffice would hold up the lane.
        guard let starts = residency.starts(within: left, concurrency: slots),
            starts * Self.paceMargin < min(queue.count, Self.rehearsedMax)
        else { return nil }
        var rehearsal = Rehearsal(queue, streamsToo: roomForStream)
        let place = rehearsal.place(of: job, account, at: now, upTo: starts * Self.paceMargin)
        if place != nil { return nil }
        return .callerDeadline(left: .nanoseconds(left), estimatedWait: estimatedWait)
    }

    private static let paceMargin = 2
    private static let rehearsedMax = 256

    private mutating func startNext(at now: Instant) -> Step {
        guard running < slots,
            let (ticket, waiter, charge) = queue.next(streamsToo: roomForStream, at: now)
        else { return .nothing }
        let waited = waiter.arrivedAt.nanoseconds(to: now)
        let grant = start(isStream: waiter.isStream, waited: waited, charge, at: now)
        return .reply(Reply(ticket: ticket, answer: .start(grant)))
    }

    private mutating func startAll(at now: Instant) -> Step {
        var replies: [Reply] = []
        while case .reply(let reply) = startNext(at: now) { replies.append(reply) }
        return replies.isEmpty ? .nothing : .replyAll(replies)
    }

    /// - Returns: whether there may be a slot more than the one that comes free.
    private mutating func adapt(to strain: Strain, of grant: Grant, at now: Instant) -> Bool {
        guard settings.adaptive else { return false }
        let before = slots
        adapted.attemptEnded(
            strain, startedAt: grant.startedAt, concurrency: settings.concurrency, at: now)
        runningMax = max(running, slots)
        return slots > before
    }

    private mutating func start(
        isStream: Bool, waited: Int64, _ charge: Charge, at now: Instant
    ) -> Grant {
        running += 1
        waits.add(waited)
        if isStream { startingStreams += 1 }
        return Grant(startedAt: now, waitedFor: waited, isStream: isStream, charge: charge)
    }

    private mutating func freeSlot(of account: Int32, startedAt: Instant, at now: Instant) {
        running -= 1
        runningMax = max(running, slots)
        queue.slotFreed(account)
        residency.add(nanoseconds: startedAt.nanoseconds(to: now))
    }

    private mutating func counted(_ refusal: LaneRefusal) -> LaneRefusal {
        refusals[refusal.reason, default: 0] += 1
        return refusal
    }
}

// MARK: - Looking in

extension LaneMachine {
    /// All that a snapshot is made of, the callers' shares apart: those take a walk, which is for
    /// outside the lock.
    package func look() -> LaneLook {
        LaneLook(
            settings: settings, slots: slots, running: running, openStreams: openStreams,
            draining: draining,
            waits: waits, refusals: refusals, leakedSlots: leaked, residency: residency,
            queue: queue, roomForStream: roomForStream)
    }

    /// Callers the queue remembers, for the tests.
    var callersKnown: Int { queue.callersKnown }

    /// What holds after every step. Constant time, so that debug builds check it every time.
    package func invariants() {
        precondition(running >= 0 && openStreams >= 0, "a slot or stream came back twice")
        precondition(startingStreams >= 0 && startingStreams <= running, "lost track of streams")
        precondition(running <= runningMax, "running \(running) > slots \(runningMax)")
        precondition(!draining || queue.count == 0, "a call waits in a draining lane")
        let idle = running < slots
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
