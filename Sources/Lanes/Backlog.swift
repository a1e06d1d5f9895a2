import Clocks

/// The waiting calls of each caller, in the order in which it is served: its runs take turns, and
/// the calls of a run go as they came. Below the sharing between callers; the members are its.
struct Backlog {
    private var places: [Place] = []
    private var placeLinks: [Links] = []
    private var freePlaces = Line()
    private var runs = Slab<Run>()
    private var runLinks: [Links] = []
    private var rings: [Ring] = []
    private var named = HashIndex()
    private var arrivals: Int64 = 0

    /// Where one call waits. Reused; the generation tells an old ticket from a new one.
    private struct Place {
        var waiter: Waiter?
        var generation: UInt32 = 0
        var run: Int32 = Line.end
        var arrival: Int64 = 0

        mutating func fill(_ waiter: Waiter, run: Int32, arrival: Int64) -> UInt32 {
            self.waiter = waiter
            self.run = run
            self.arrival = arrival
            return generation
        }

        mutating func clear() {
            waiter = nil
            generation &+= 1
        }
    }

    /// What waits of one run of a member. Gone when nothing of it waits.
    private struct Run {
        var id: String
        var hash: UInt32
        var member: Int32
        var lines = ByKind(unary: Line(), stream: Line())

        var isEmpty: Bool { lines.unary.isEmpty && lines.stream.isEmpty }
    }

    /// The runs of a member; the first has the next turn.
    private struct Ring {
        var turns = Line()
        /// The run of the calls that name none.
        var unnamed = Line.end
    }

    /// - Parameter ahead: before all that waits of the member, rather than after what came before.
    mutating func add(_ waiter: Waiter, runID: String, ahead: Bool) -> Ticket {
        let place = freePlaces.popFirst(in: &placeLinks) ?? addPlace()
        let run = run(runID, of: waiter.member, ahead: ahead)
        arrivals += 1
        let generation = places[Int(place)].fill(
            waiter, run: run, arrival: ahead ? -arrivals : arrivals)
        if ahead {
            runs[run].lines[isStream: waiter.isStream].prepend(place, in: &placeLinks)
        } else {
            runs[run].lines[isStream: waiter.isStream].append(place, in: &placeLinks)
        }
        return Ticket(index: place, generation: generation)
    }

    /// The call the member is served next, if any of it may start.
    ///
    /// Runs that have only streams are passed while streams may not start, and keep their turn; the
    /// walk past them is bounded by what one caller may queue.
    func head(of member: Int32, streamsToo: Bool) -> Int32? {
        var run = rings[Int(member)].turns.first
        while run != Line.end {
            if let place = head(ofRun: run, streamsToo: streamsToo) { return place }
            run = runLinks[Int(run)].next
        }
        return nil
    }

    func waiter(at place: Int32) -> Waiter? { places[Int(place)].waiter }

    /// The place of a call that still waits.
    func place(of ticket: Ticket) -> Int32? {
        guard places.indices.contains(Int(ticket.index)),
            places[Int(ticket.index)].generation == ticket.generation
        else { return nil }
        return ticket.index
    }

    /// Takes a call out that waits at the place.
    ///
    /// - Parameter inTurn: it is served, so its run's turn is over.
    mutating func take(_ place: Int32, inTurn: Bool) -> (Ticket, Waiter) {
        guard let waiter = places[Int(place)].waiter else {
            preconditionFailure("nobody waits at place \(place)")
        }
        let ticket = Ticket(index: place, generation: places[Int(place)].generation)
        let run = places[Int(place)].run
        runs[run].lines[isStream: waiter.isStream].remove(place, in: &placeLinks)
        places[Int(place)].clear()
        freePlaces.prepend(place, in: &placeLinks)
        if runs[run].isEmpty {
            close(run)
        } else if inTurn, rings[Int(waiter.member)].turns.last != run {
            rings[Int(waiter.member)].turns.remove(run, in: &runLinks)
            rings[Int(waiter.member)].turns.append(run, in: &runLinks)
        }
        return (ticket, waiter)
    }
}

// MARK: - Bookkeeping

extension Backlog {
    /// The oldest call of the run that may start now.
    private func head(ofRun run: Int32, streamsToo: Bool) -> Int32? {
        let unary = runs[run].lines.unary.first
        let stream = streamsToo ? runs[run].lines.stream.first : Line.end
        if unary == Line.end { return stream == Line.end ? nil : stream }
        if stream == Line.end { return unary }
        return places[Int(unary)].arrival < places[Int(stream)].arrival ? unary : stream
    }

    private mutating func addPlace() -> Int32 {
        places.append(Place())
        placeLinks.append(Links())
        return Int32(places.count - 1)
    }

    /// The run, opened if nothing of it waits: behind the others, for its last turn may just be
    /// over.
    private mutating func run(_ id: String, of member: Int32, ahead: Bool) -> Int32 {
        while rings.count <= Int(member) { rings.append(Ring()) }
        let hash = id.isEmpty ? 0 : HashIndex.hash(RunKey(member: member, id: id))
        guard let run = find(id, hash, of: member) else {
            return open(Run(id: id, hash: hash, member: member), ahead: ahead)
        }
        if ahead {
            rings[Int(member)].turns.remove(run, in: &runLinks)
            rings[Int(member)].turns.prepend(run, in: &runLinks)
        }
        return run
    }

    private struct RunKey: Hashable {
        var member: Int32
        var id: String
    }

    private func find(_ id: String, _ hash: UInt32, of member: Int32) -> Int32? {
        if id.isEmpty {
            let run = rings[Int(member)].unnamed
            return run == Line.end ? nil : run
        }
        return named.find(hash) { runs[$0].member == member && runs[$0].id == id }
    }

    private mutating func open(_ new: Run, ahead: Bool) -> Int32 {
        let run = runs.insert(new)
        if runLinks.count < runs.capacity { runLinks.append(Links()) }
        if new.id.isEmpty {
            rings[Int(new.member)].unnamed = run
        } else {
            named.insert(run, hash: new.hash)
        }
        if ahead {
            rings[Int(new.member)].turns.prepend(run, in: &runLinks)
        } else {
            rings[Int(new.member)].turns.append(run, in: &runLinks)
        }
        return run
    }

    private mutating func close(_ run: Int32) {
        let member = Int(runs[run].member)
        rings[member].turns.remove(run, in: &runLinks)
        if runs[run].id.isEmpty {
            rings[member].unnamed = Line.end
        } else {
            named.remove(run, hash: runs[run].hash)
            runs[run].id = ""
        }
        runs.remove(run)
    }

    /// Calls of the member that wait, counted the slow way.
    func waiting(of member: Int32) -> ByKind<Int> {
        var found = ByKind(unary: 0, stream: 0)
        guard rings.indices.contains(Int(member)) else { return found }
        for run in rings[Int(member)].turns.members(in: runLinks) {
            precondition(!runs[run].isEmpty && runs[run].member == member, "a run of nothing")
            found.unary += runs[run].lines.unary.members(in: placeLinks).count
            found.stream += runs[run].lines.stream.members(in: placeLinks).count
        }
        return found
    }

    /// All that wait, in no order.
    var all: [Waiter] { places.compactMap(\.waiter) }
}
