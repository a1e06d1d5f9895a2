/// One call under way.
package struct LoadCall: Sendable, Hashable {
    /// When it was due: what its times are counted from.
    package let due: Duration
    package let isMeasured: Bool
    fileprivate var lastChunk: Duration?
}

/// How a call ended.
package enum LoadOutcome: Sendable, Hashable {
    case ok
    /// By the names of the contract, with what the daemon said for a person.
    case failed(code: String, reason: String, message: String)
    /// Cancelled here, because the run was over.
    case cutOff
}

/// A run of calls as it goes: gives them out and counts how they end. A pure machine; the command
/// around it makes the calls and reads the clock. Moments count from the start of the run.
package struct LoadRun: Sendable {
    private var plan: LoadPlan
    private var tally = LoadTally()
    private var stoppedAt: Duration?

    package init(_ plan: LoadPlan) {
        self.plan = plan
    }

    /// When the next call is due, for somebody who is free; nil when there are no more.
    package mutating func claim(at now: Duration) -> Duration? {
        stoppedAt == nil ? plan.claim(at: now) : nil
    }

    /// A claimed call begins, at its moment or, where nobody was free, later.
    package mutating func begin(due: Duration, at now: Duration) -> LoadCall {
        let call = LoadCall(due: due, isMeasured: due >= plan.warmup)
        tally.began(isMeasured: call.isMeasured, lag: now - due)
        return call
    }

    package mutating func chunkArrived(of call: inout LoadCall, at now: Duration) {
        if isMeasuring(now) { tally.chunksInWindow += 1 }
        if call.isMeasured {
            if let last = call.lastChunk {
                tally.chunkGap.record(now - last)
            } else {
                tally.firstChunk.record(now - call.due)
            }
            tally.chunks += 1
        }
        call.lastChunk = now
    }

    package mutating func ended(_ call: LoadCall, _ outcome: LoadOutcome, at now: Duration) {
        if outcome == .ok, isMeasuring(now) { tally.endedInWindow += 1 }
        tally.ended(outcome, took: call.isMeasured ? now - call.due : nil)
    }

    /// Somebody wants no more.
    package mutating func stopped(at now: Duration) {
        stoppedAt = stoppedAt ?? now
    }

    /// What came of it, once the calls have ended.
    package func report(of load: LoadSettings) -> LoadReport {
        let until = min(stoppedAt ?? plan.end, plan.end)
        let due = plan.due(before: until)
        return LoadReport(
            load: load, plan: plan, tally: tally, isInterrupted: stoppedAt != nil,
            measuredSeconds: max(.zero, until - plan.warmup) / .seconds(1),
            notStarted: due.map { max(0, $0 - tally.begunMeasured) })
    }

    private func isMeasuring(_ now: Duration) -> Bool {
        now >= plan.warmup && now < (stoppedAt ?? plan.end)
    }
}
