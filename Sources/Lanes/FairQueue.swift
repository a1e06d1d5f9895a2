import Clocks

/// Decides whose call a free slot takes: callers take turns, and each caller's calls go in the
/// order they came. The scheduler of a lane, inside its machine.
///
/// Unary calls and streams of a caller stand in two lines, because streams may have to wait for
/// an open one to end; a turn takes the older of the two heads. All operations take constant time,
/// save `next` while streams may not start, which looks past the callers that have only streams.
struct FairQueue {
    private(set) var count = 0
    private(set) var bytes = 0
    private var streamCount = 0
    private var places: [Place] = []
    private var placeLinks: [Links] = []
    private var shares: [Share] = []
    private var shareLinks: [Links] = []
    private var shareOf: [CallerKey: Int32] = [:]
    /// The callers with something waiting; the first has the next turn.
    private var turns = Line()
    private var freePlaces = Line()
    private var freeShares = Line()
    private var arrivals: UInt64 = 0

    /// Where one call waits. Reused; the generation tells an old ticket from a new one.
    private struct Place {
        var waiter: Waiter?
        var generation: UInt32 = 0
        var share: Int32 = Line.end
        var arrival: UInt64 = 0
    }

    /// What waits of one caller. Gone when nothing of it waits.
    private struct Share {
        var caller: CallerKey
        var unary = Line()
        var streams = Line()
        var depth = 0
        var bytes = 0
    }

    /// The caller's share, opened if nothing of it waits: one look-up serves the bounds and the
    /// queueing. `closeIfEmpty` takes it back.
    mutating func share(of caller: CallerKey) -> Int32 {
        let spare = freeShares.isEmpty ? Int32(shares.count) : freeShares.first
        let share = Self.inserted(&shareOf[caller, default: spare])
        if share == spare { openShare(share, of: caller) }
        return share
    }

    mutating func closeIfEmpty(_ share: Int32) {
        if shares[Int(share)].depth == 0 { closeShare(share) }
    }

    /// What waits of the caller.
    func load(of share: Int32) -> (depth: Int, bytes: Int) {
        (shares[Int(share)].depth, shares[Int(share)].bytes)
    }

    func hasWork(streamsToo: Bool) -> Bool {
        count > (streamsToo ? 0 : streamCount)
    }

    mutating func enqueue(_ waiter: Waiter, in share: Int32) -> Ticket {
        let place = freePlaces.popFirst(in: &placeLinks) ?? addPlace()
        arrivals += 1
        places[Int(place)].waiter = waiter
        places[Int(place)].share = share
        places[Int(place)].arrival = arrivals
        if waiter.isStream {
            shares[Int(share)].streams.append(place, in: &placeLinks)
        } else {
            shares[Int(share)].unary.append(place, in: &placeLinks)
        }
        count(waiter, 1, on: share)
        return Ticket(index: place, generation: places[Int(place)].generation)
    }

    /// Takes out the call whose turn it is.
    mutating func next(streamsToo: Bool) -> (Ticket, Waiter)? {
        guard hasWork(streamsToo: streamsToo) else { return nil }
        var share = turns.first
        while share != Line.end {
            if let place = head(of: share, streamsToo: streamsToo) {
                // Its turn is over. First to the end of the line, because taking may close it.
                turns.remove(share, in: &shareLinks)
                turns.append(share, in: &shareLinks)
                let ticket = Ticket(index: place, generation: places[Int(place)].generation)
                return take(place).map { (ticket, $0) }
            }
            share = shareLinks[Int(share)].next
        }
        return nil
    }

    /// Takes a call out of turn. nil when it does not wait any more.
    mutating func remove(_ ticket: Ticket) -> Waiter? {
        guard places.indices.contains(Int(ticket.index)),
            places[Int(ticket.index)].generation == ticket.generation
        else { return nil }
        return take(ticket.index)
    }

    /// Takes out all, in the order of their turns.
    mutating func removeAll() -> [Ticket] {
        var tickets: [Ticket] = []
        tickets.reserveCapacity(count)
        while let (ticket, _) = next(streamsToo: true) { tickets.append(ticket) }
        return tickets
    }
}

// MARK: - Bookkeeping

extension FairQueue {
    /// The oldest call of the caller that may start now.
    private func head(of share: Int32, streamsToo: Bool) -> Int32? {
        let unary = shares[Int(share)].unary.first
        let stream = streamsToo ? shares[Int(share)].streams.first : Line.end
        if unary == Line.end { return stream == Line.end ? nil : stream }
        if stream == Line.end { return unary }
        return places[Int(unary)].arrival < places[Int(stream)].arrival ? unary : stream
    }

    private mutating func take(_ place: Int32) -> Waiter? {
        guard let waiter = places[Int(place)].waiter else { return nil }
        let share = places[Int(place)].share
        if waiter.isStream {
            shares[Int(share)].streams.remove(place, in: &placeLinks)
        } else {
            shares[Int(share)].unary.remove(place, in: &placeLinks)
        }
        places[Int(place)].waiter = nil
        places[Int(place)].generation &+= 1
        freePlaces.prepend(place, in: &placeLinks)
        count(waiter, -1, on: share)
        closeIfEmpty(share)
        return waiter
    }

    private mutating func count(_ waiter: Waiter, _ sign: Int, on share: Int32) {
        shares[Int(share)].depth += sign
        shares[Int(share)].bytes += sign * waiter.bytes
        count += sign
        bytes += sign * waiter.bytes
        if waiter.isStream { streamCount += sign }
    }

    private mutating func addPlace() -> Int32 {
        places.append(Place())
        placeLinks.append(Links())
        return Int32(places.count - 1)
    }

    private mutating func openShare(_ share: Int32, of caller: CallerKey) {
        if freeShares.popFirst(in: &shareLinks) == nil {
            shares.append(Share(caller: caller))
            shareLinks.append(Links())
        } else {
            shares[Int(share)].caller = caller
        }
        turns.append(share, in: &shareLinks)
    }

    private mutating func closeShare(_ share: Int32) {
        turns.remove(share, in: &shareLinks)
        shareOf[shares[Int(share)].caller] = nil
        shares[Int(share)].caller = CallerKey(uid: 0, callerID: "")
        freeShares.prepend(share, in: &shareLinks)
    }

    // Reading through `inout` is what makes the dictionary keep the default.
    private static func inserted(_ entry: inout Int32) -> Int32 { entry }

    /// Counts everything again, the slow way.
    func invariants() {
        var (depth, total, streams) = (0, 0, 0)
        for place in places {
            guard let waiter = place.waiter else { continue }
            depth += 1
            total += waiter.bytes
            streams += waiter.isStream ? 1 : 0
            precondition(shareOf[shares[Int(place.share)].caller] == place.share)
        }
        precondition(depth == count && total == bytes && streams == streamCount)
        let open = turns.members(in: shareLinks)
        precondition(open.count == shareOf.count, "a caller without a turn, or a turn without one")
        for share in open.map({ shares[Int($0)] }) {
            let lines = share.unary.members(in: placeLinks) + share.streams.members(in: placeLinks)
            precondition(share.depth == lines.count && share.depth > 0)
            let held = lines.reduce(0) { $0 + (places[Int($1)].waiter?.bytes ?? 0) }
            precondition(share.bytes == held, "a caller's bytes do not add up")
        }
    }
}
