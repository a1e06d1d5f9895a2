import Clocks

@testable import Lanes

/// What a history holds against the machine: each rule, stated on the calls that wait.
extension History {
    mutating func take(_ step: Step) throws {
        for reply in step.replies {
            guard let call = waiting[reply.ticket] else { throw Broken("answered twice: \(reply)") }
            if case .start(let grant) = reply.answer {
                try expectFirst(call)
                try expectBand(call)
                try expectTurn(call)
                running.append(grant)
                dispatched += 1
            }
            waiting[reply.ticket] = nil
            if !waiting.values.contains(where: { $0.caller == call.caller }) {
                turns.emptied(call.caller)
            }
            if !waiting.values.contains(where: { $0.caller.uid == call.caller.uid }) {
                uidTurns.emptied(CallerKey(uid: call.caller.uid, callerID: ""))
            }
        }
    }

    // Where all calls cost the same, a lag in cost is one in calls, and can be counted here.
    private mutating func expectTurn(_ call: Waiting) throws {
        if withStreams || withRanks || machine.settings.cost != .requests { return }
        try turns.took(call.caller)
        try uidTurns.took(CallerKey(uid: call.caller.uid, callerID: ""))
    }

    /// Bands are strict, but for a call that waited long, one dispatch in four.
    private mutating func expectBand(_ call: Waiting) throws {
        sinceAged += 1
        let overtaken = waiting.values.filter { $0.band < call.band && !$0.stream }
        guard let top = overtaken.map(\.band).min() else { return }
        let waits: [Duration] = [.seconds(5), .seconds(5), .seconds(30), .seconds(120)]
        let needed = waits[(top.rawValue + 1)...call.band.rawValue].reduce(.zero, +)
        let waited = call.came.duration(to: now)
        if waited < needed { throw Broken("\(call.band) overtook \(top) after \(waited)") }
        if sinceAged <= 3 { throw Broken("aged again after \(sinceAged) dispatches") }
        sinceAged = 0
        agedDispatches += 1
    }

    private func expectFirst(_ call: Waiting) throws {
        for other in waiting.values
        where other.sharesLine(with: call) && other.arrival < call.arrival {
            throw Broken("\(call.caller): call \(call.arrival) overtook \(other.arrival)")
        }
    }

    func expectFull(_ refusal: LaneRefusal, _ job: Job) throws {
        let limits = machine.settings
        let own = waiting.values.filter { $0.caller == job.caller }
        let ownBytes = own.reduce(job.promptBytes) { $0 + $1.bytes }
        let allBytes = waiting.values.reduce(job.promptBytes) { $0 + $1.bytes }
        let full =
            switch refusal.reason {
            case .queueFull: waiting.count >= limits.queueDepthMax
            case .callerQueueFull: own.count >= limits.callerQueueDepthMax
            case .queueBytesFull: allBytes > limits.queueBytesMax
            case .callerQueueBytesFull: ownBytes > limits.callerQueueBytesMax
            case .callerDeadline: job.callerDeadline != nil && !waiting.isEmpty
            case .queueTimeout, .callerLeft, .shuttingDown: false
            }
        if !full { throw Broken("refused without need: \(refusal)") }
    }

    mutating func check() throws {
        machine.deepInvariants()
        let holding = open.filter(\.holdsSlot).count
        let seen = machine.look().snapshot(name: "lane", at: now)
        if seen.running != running.count + holding { throw Broken("running: \(seen)") }
        if seen.openStreams != open.count { throw Broken("open streams: \(seen)") }
        if seen.queued != waiting.count { throw Broken("queued: \(seen)") }
        if seen.queuedBytes != waiting.values.reduce(0, { $0 + $1.bytes }) {
            throw Broken("queued bytes: \(seen)")
        }
        if seen.running > machine.slots && seen.running > runningBefore {
            throw Broken("\(seen.running) run in \(machine.slots) slots")
        }
        runningBefore = seen.running
        try expectBusy(seen)
        try expectShares(seen)
    }

    /// The callers' parts add up to the lane, and each waiting call stands somewhere.
    private func expectShares(_ seen: LaneSnapshot) throws {
        let sums = [
            seen.callers.reduce(0) { $0 + $1.running }, seen.callers.reduce(0) { $0 + $1.queued },
            seen.callers.reduce(0) { $0 + $1.openStreams },
            seen.callers.reduce(0) { $0 + $1.queuedBytes },
        ]
        if sums != [seen.running, seen.queued, seen.openStreams, seen.queuedBytes] {
            throw Broken("the shares do not add up: \(seen)")
        }
        for share in seen.callers {
            let own = waiting.values.filter { $0.caller == share.caller }
            let oldest = own.map { $0.came.duration(to: now) }.max() ?? .zero
            if share.queued != own.count || share.oldestWait != oldest {
                throw Broken("\(share) should have \(own.count) waiting, for \(oldest)")
            }
            if own.isEmpty != (share.place == nil) { throw Broken("no place: \(share)") }
        }
        if let index = seen.jainIndex, !(index > 0 && index <= 1 + 1e-9) {
            throw Broken("an index of \(index)")
        }
    }

    private func expectBusy(_ seen: LaneSnapshot) throws {
        if seen.running >= machine.slots { return }
        let streams = open.count + running.filter(\.isStream).count
        let roomForStream = streams < machine.settings.maxOpenStreams
        if waiting.values.contains(where: { !$0.stream || roomForStream }) {
            throw Broken("a slot stands idle while a call waits: \(seen)")
        }
    }
}
