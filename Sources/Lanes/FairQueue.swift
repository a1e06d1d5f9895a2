import Clocks

/// Decides whose call a free slot takes. The scheduler of a lane, inside its machine.
///
/// Bands are strict, but for aging; in a band uids share, in a uid its caller ids, by start-time
/// fair queueing; a caller's runs take turns; the calls of a run go as they came. All operations
/// take logarithmic time.
struct FairQueue {
    private(set) var count = 0
    private(set) var bytes = 0
    private var streamCount = 0
    private var callers = Callers()
    private var tree: ShareTree
    /// The accounts that the tree's members belong to.
    private var owners: [Int32] = []
    private var backlog = Backlog()
    private(set) var aging = Aging()
    /// The lane's. Its own copy, as one that is handed in would be copied for each call.
    private var settings: LaneSettings

    init(_ settings: LaneSettings) {
        self.settings = settings
        tree = ShareTree(unit: settings.cost)
    }

    /// The caller's account: one look-up serves the bounds, the queueing and the charge.
    ///
    /// A caller that was not known is taken in as an idle one, and so is forgotten some time if no
    /// call of it follows.
    mutating func account(of caller: CallerKey) -> Int32 {
        let account = callers.account(of: caller)
        forgetSome()
        return account
    }

    /// What waits of the caller.
    func load(of account: Int32) -> (depth: Int, bytes: Int) {
        (Int(callers[account].depth), callers[account].bytes)
    }

    func hasWork(streamsToo: Bool) -> Bool {
        count > (streamsToo ? 0 : streamCount)
    }

    /// Charges a call that starts without waiting.
    mutating func pass(
        _ priority: Priority, of account: Int32, streamsToo: Bool, at now: Instant
    ) -> Charge {
        let member = member(of: account, band: priority.rawValue)
        if count > 0 { tree.streamsOvertaken() }
        callers.callCame(account)
        callers[account].callStarted()
        return tree.callPassed(member, account: account, streamsToo: streamsToo, at: now)
    }

    /// - Parameter streamsToo: whether a stream could start now.
    mutating func enqueue(
        _ job: Job, of account: Int32, streamsToo: Bool, at now: Instant
    ) -> (Ticket, Waiter) {
        let member = member(of: account, band: job.priority.rawValue)
        var waiter = Waiter(job, limit: settings.queueWaitMax, arrivedAt: now)
        waiter.account = account
        waiter.member = member
        let ticket = backlog.add(waiter, runID: job.runID, ahead: job.isRetry)
        tree.callWaits(member, isStream: job.isStream, streamsToo: streamsToo)
        callers.callCame(account)
        count(waiter, of: account, 1)
        return (ticket, waiter)
    }

    /// Takes out the call whose turn it is, and charges it.
    mutating func next(streamsToo: Bool, at now: Instant) -> (Ticket, Waiter, Charge)? {
        guard hasWork(streamsToo: streamsToo),
            let band = nextBand(streamsToo: streamsToo, at: now),
            let member = tree.first(in: band, streamsToo: streamsToo)
        else { return nil }
        // Before the call itself is looked for: with many callers each look is a walk to memory, and
        // two that need not wait for each other cost as much as one.
        let account = owners[Int(member)]
        callers[account].callStarted()
        let cost = tree.estimate(member)
        guard let place = backlog.head(of: member, streamsToo: streamsToo) else {
            preconditionFailure("a share has work, and its backlog none")
        }
        let (ticket, waiter) = backlog.take(place, inTurn: true)
        count(waiter, of: account, -1)
        if !streamsToo, streamCount > 0 { tree.streamsOvertaken() }
        let charge = tree.callServed(
            member, account: account, isStream: waiter.isStream, cost: cost, at: now)
        return (ticket, waiter, charge)
    }

    /// Settles the charge of a call that ran from `start` on.
    mutating func settle(
        _ charge: Charge, startedAt start: Instant, tokens: TokensUsed?, at now: Instant
    ) {
        let took = start.nanoseconds(to: now)
        let cost = charge.unit.measured(
            nanoseconds: took, tokens: tokens, charged: charge.cost)
        tree.callEnded(charge, cost: cost, at: now)
    }

    mutating func slotFreed(_ account: Int32) {
        callers[account].running -= 1
    }

    mutating func streamOpened(_ account: Int32) {
        callers[account].openStreams += 1
    }

    mutating func streamClosed(_ account: Int32) {
        callers[account].openStreams -= 1
    }

    /// The caller has one call less, of any kind.
    mutating func callEnded(_ account: Int32) {
        callers.callEnded(account)
        forgetSome()
    }

    /// Takes a call out of turn. nil when it does not wait any more.
    mutating func remove(_ ticket: Ticket) -> Waiter? {
        guard let place = backlog.place(of: ticket) else { return nil }
        let (_, waiter) = backlog.take(place, inTurn: false)
        count(waiter, of: waiter.account, -1)
        tree.callLeft(waiter.member, isStream: waiter.isStream)
        callEnded(waiter.account)
        return waiter
    }

    /// Takes out all, in the order of their turns.
    mutating func removeAll(at now: Instant) -> [Ticket] {
        var tickets: [Ticket] = []
        tickets.reserveCapacity(count)
        while let (ticket, waiter, charge) = next(streamsToo: true, at: now) {
            settle(charge, startedAt: now, tokens: TokensUsed(input: 0, output: 0), at: now)
            slotFreed(waiter.account)
            callEnded(waiter.account)
            tickets.append(ticket)
        }
        return tickets
    }

    /// Linear in the callers known, so it looks first whether anything of theirs has changed.
    mutating func settingsChanged(to settings: LaneSettings) {
        let old = self.settings
        self.settings = settings
        if old.cost == settings.cost, old.weights == settings.weights { return }
        tree.settingsChanged(settings, members: openMembers)
    }
}

// MARK: - Bands

extension FairQueue {
    /// The highest band with work, or one below it whose head has aged.
    private mutating func nextBand(streamsToo: Bool, at now: Instant) -> Int? {
        let bands = tree.bandsWithWork(streamsToo: streamsToo)
        guard bands != 0 else { return nil }
        let top = bands.trailingZeroBitCount
        let isAlone = bands >> (top + 1) == 0
        let aged =
            isAlone || !aging.isDue ? nil : agedBand(below: top, streamsToo: streamsToo, at: now)
        aging.dispatched(isAged: aged != nil)
        return aged ?? top
    }

    /// Of the heads that have risen to the band, the one that rose highest, then waited longest.
    private func agedBand(below top: Int, streamsToo: Bool, at now: Instant) -> Int? {
        var best: (band: Int, risen: Int, waited: Int64)?
        for band in top + 1..<max(top + 1, Priority.allCases.count) {
            guard let head = head(of: band, streamsToo: streamsToo),
                let waited = backlog.waiter(at: head)?.arrivedAt.nanoseconds(to: now)
            else { continue }
            let risen = Aging.band(from: band, waited: waited)
            guard risen <= top else { continue }
            if let best, (best.risen, -best.waited) <= (risen, -waited) { continue }
            best = (band, risen, waited)
        }
        return best?.band
    }

    private func head(of band: Int, streamsToo: Bool) -> Int32? {
        tree.first(in: band, streamsToo: streamsToo).flatMap {
            backlog.head(of: $0, streamsToo: streamsToo)
        }
    }
}

// MARK: - Bookkeeping

extension FairQueue {
    private mutating func member(
        of account: Int32, band: Int
    ) -> Int32 {
        let known = callers[account].members[band]
        if known >= 0 { return known }
        let member = tree.open(callers[account].key, band: band, settings)
        callers[account].members[band] = member
        while owners.count <= Int(member) { owners.append(-1) }
        owners[Int(member)] = account
        return member
    }

    /// After each that may have made a caller idle, so that never more than the limit are so.
    private mutating func forgetSome() {
        guard let forgotten = callers.forgetOne() else { return }
        for band in 0..<4 where forgotten.members[band] >= 0 {
            tree.close(forgotten.members[band])
        }
    }

    private mutating func count(_ waiter: Waiter, of account: Int32, _ sign: Int) {
        callers[account].count(waiter.bytes, sign)
        count += sign
        bytes += sign * waiter.bytes
        if waiter.isStream { streamCount += sign }
    }

    private var openMembers: [(Int32, CallerKey)] {
        callers.all.flatMap { account in
            let known = callers[account]
            return (0..<4).map { known.members[$0] }.filter { $0 >= 0 }.map { ($0, known.key) }
        }
    }

    /// Callers with a call of any kind, by account; where they stand is not looked at.
    func activeCallers(at now: Instant) -> [Int32: CallerSnapshot] {
        var active: [Int32: CallerSnapshot] = [:]
        for account in callers.all where callers[account].active > 0 {
            active[account] = snapshot(of: account)
        }
        for waiter in backlog.all {
            let waited = waiter.arrivedAt.duration(to: now)
            if waited > active[waiter.account]?.oldestWait ?? waited {
                active[waiter.account]?.oldestWait = waited
            }
        }
        return active
    }

    private func snapshot(of account: Int32) -> CallerSnapshot {
        let known = callers[account]
        let member = (0..<4).map { known.members[$0] }.first { $0 >= 0 }
        return CallerSnapshot(
            caller: known.key, weight: member.map { tree.weight(of: $0) } ?? 1,
            running: Int(known.running), openStreams: Int(known.openStreams),
            queued: Int(known.depth),
            queuedBytes: known.bytes, started: Int(known.started), place: nil, oldestWait: .zero)
    }

    /// Jain's index over what each caller was given of late against its due; nil when nothing ran.
    func jainIndex(at now: Instant) -> Double? {
        SharedService.jainIndex(of: openMembers.map { tree.service(of: $0.0, $0.1, at: now) })
    }

    /// Callers known, with calls or without: for tests.
    var callersKnown: Int { callers.count }

    /// Counts everything again, the slow way.
    func invariants() {
        let all = backlog.all
        let streams = all.count { $0.isStream }
        precondition(all.count == count && streams == streamCount, "lost count of calls")
        precondition(all.reduce(0) { $0 + $1.bytes } == bytes, "lost count of bytes")
        callers.invariants()
        tree.invariants()
        for (member, _) in openMembers {
            let (found, known) = (backlog.waiting(of: member), tree.waiting(of: member))
            let same = found.unary == Int(known.unary) && found.stream == Int(known.stream)
            precondition(same, "a share and its backlog differ")
        }
        for account in callers.all {
            let own = all.filter { $0.account == account }
            precondition(
                callers[account].depth == Int32(own.count), "a caller's calls do not add up")
            let held = own.reduce(0) { $0 + $1.bytes }
            precondition(callers[account].bytes == held, "a caller's bytes do not add up")
        }
    }
}
