package import Clocks

/// A lane at one moment, for `ListLanes`, the metrics and the tests.
package struct LaneSnapshot: Sendable, Hashable {
    package var name: String
    package var settings: LaneSettings
    /// Attempts that may run at once as things are: none while it is paused, fewer than its
    /// concurrency while it adapts.
    package var slots: Int
    package var running: Int
    package var openStreams: Int
    package var queued: Int
    package var queuedBytes: Int
    /// What a call arriving now would wait behind all that waits; nil when nothing is known yet.
    package var estimatedWait: Duration?
    package var draining: Bool
    /// How long the calls waited that were started.
    package var waits: WaitHistogram
    /// Starts that aging lifted over a more urgent call.
    package var promotions: Int
    /// Calls refused since the lane was made; a reason that never came up is absent.
    package var refusals: [LaneRefusal.Reason: Int]
    /// Slots and open streams that were forgotten instead of released. Every one is a bug.
    package var leakedSlots: Int
    /// Jain's index of how evenly the lane was shared of late; nil when nothing ran.
    package var jainIndex: Double?
    /// Those with a call of any kind, by uid, then by caller id.
    package var callers: [CallerSnapshot]

    package var concurrency: Int { settings.concurrency }
    /// Slots given out since the lane was made.
    package var started: Int { waits.count }
}

/// One caller's part of a lane at one moment.
package struct CallerSnapshot: Sendable, Hashable {
    package var caller: CallerKey
    /// Among the caller ids of its uid.
    package var weight: Double
    package var running: Int
    package var openStreams: Int
    package var queued: Int
    package var queuedBytes: Int
    /// Since the lane has known the caller.
    package var started: Int
    /// nil when nothing of it waits, or when it stands further back than anyone counts.
    package var place: Place?
    /// How long its oldest call has waited; zero when none waits.
    package var oldestWait: Duration

    package struct Place: Sendable, Hashable {
        /// Calls that start before its next one, and before its last.
        package var first: Int
        package var last: Int
        /// Until the last has its slot; nil when not known.
        package var estimatedWait: Duration?
    }
}

/// What a lane's lock is held for: a copy of all that a snapshot is made of.
package struct LaneLook: Sendable {
    let settings: LaneSettings
    let slots: Int
    let running: Int
    let openStreams: Int
    let draining: Bool
    let waits: WaitHistogram
    let refusals: [LaneRefusal.Reason: Int]
    let leakedSlots: Int
    let residency: MeanResidency
    let queue: FairQueue
    let roomForStream: Bool

    /// Places are counted this far: over it, a queue is long, and who stands where says little.
    static let placesMax = 2_048

    package func snapshot(name: String, at now: Instant) -> LaneSnapshot {
        LaneSnapshot(
            name: name, settings: settings, slots: slots, running: running,
            openStreams: openStreams,
            queued: queue.count, queuedBytes: queue.bytes,
            estimatedWait: estimatedWait,
            draining: draining, waits: waits, promotions: queue.aging.promotions,
            refusals: refusals, leakedSlots: leakedSlots, jainIndex: queue.jainIndex(at: now),
            callers: callers(at: now))
    }

    /// The waiting calls in the order in which they would start.
    func order(at now: Instant) -> [(ticket: Ticket, waiter: Waiter)] {
        var rehearsal = Rehearsal(queue, streamsToo: roomForStream)
        return rehearsal.order(at: now, limit: Self.placesMax)
    }

    /// What a call arriving now would wait behind all that waits.
    private var estimatedWait: Duration? {
        if running < slots, !queue.hasWork(streamsToo: roomForStream) { return .zero }
        return estimatedWait(ahead: queue.count)
    }

    /// Until the call behind `ahead` others has its slot.
    func estimatedWait(ahead: Int) -> Duration? {
        residency.wait(behind: ahead + 1, concurrency: slots)
    }

    private func callers(at now: Instant) -> [CallerSnapshot] {
        var parts = queue.activeCallers(at: now)
        for (ahead, next) in order(at: now).enumerated() {
            parts[next.waiter.account]?.waits(
                ahead: ahead, estimatedWait: estimatedWait(ahead: ahead))
        }
        return parts.values.sorted { $0.caller < $1.caller }
    }
}

extension CallerSnapshot {
    /// One more of its waiting calls, in the order of their starts.
    fileprivate mutating func waits(ahead: Int, estimatedWait: Duration?) {
        let first = place?.first ?? ahead
        place = Place(first: first, last: ahead, estimatedWait: estimatedWait)
    }
}
