internal import Lanes
internal import Messages

/// Lanes in the words of the contract.
extension LaneStatus {
    init(_ lane: LaneSnapshot) {
        let settings = lane.settings
        self.init(
            name: lane.name, concurrency: Int32(clamping: settings.concurrency),
            running: Int32(clamping: lane.running), openStreams: Int32(clamping: lane.openStreams),
            maxOpenStreams: Int32(clamping: settings.maxOpenStreams),
            queued: Int32(clamping: lane.queued), queuedBytes: lane.queuedBytes,
            queueDepthMax: Int32(clamping: settings.queueDepthMax),
            queueBytesMax: settings.queueBytesMax, paused: settings.paused,
            estimatedWaitMs: lane.estimatedWait?.wholeMilliseconds ?? 0,
            callers: lane.busiestCallers.map(CallerShare.init),
            refusals: RefusalCount.all(lane.refusals), leakedSlots: lane.leakedSlots,
            started: lane.started, promotions: lane.promotions, jainIndex: lane.jainIndex ?? 0,
            queueWait: Messages.WaitHistogram(lane.waits), cost: settings.cost.rawValue,
            hold: settings.hold.rawValue, draining: lane.draining,
            slots: Int32(clamping: lane.slots))
    }
}

extension LaneSnapshot {
    /// A message has a size limit, and a screen too: over it, those with the fewest calls are left
    /// out.
    private static var callersShownMax: Int { 1_000 }

    fileprivate var busiestCallers: [CallerSnapshot] {
        if callers.count <= Self.callersShownMax { return callers }
        let busiest = callers.sorted { $0.queued + $0.running > $1.queued + $1.running }
        return busiest.prefix(Self.callersShownMax).sorted { $0.caller < $1.caller }
    }
}

extension CallerShare {
    init(_ share: CallerSnapshot) {
        self.init(
            uid: share.caller.uid, callerID: share.caller.callerID, weight: share.weight,
            queued: Int32(clamping: share.queued), queuedBytes: share.queuedBytes,
            running: Int32(clamping: share.running),
            oldestWaitMs: share.oldestWait.wholeMilliseconds,
            openStreams: Int32(clamping: share.openStreams), started: share.started,
            firstPosition: share.position(\.first), lastPosition: share.position(\.last),
            estimatedWaitMs: share.place?.estimatedWait?.wholeMilliseconds ?? 0)
    }
}

extension CallerSnapshot {
    /// -1 where it stands further back than places are counted.
    fileprivate func position(_ which: KeyPath<Place, Int>) -> Int32 {
        place.map { Int32(clamping: $0[keyPath: which]) } ?? (queued > 0 ? -1 : 0)
    }
}

extension RefusalCount {
    fileprivate static func all(_ counts: [LaneRefusal.Reason: Int]) -> [RefusalCount] {
        LaneRefusal.Reason.allCases.compactMap { reason in
            counts[reason].map { RefusalCount(reason: reason.rawValue.uppercased(), count: $0) }
        }
    }
}

extension Messages.WaitHistogram {
    fileprivate init(_ waits: Lanes.WaitHistogram) {
        let bounds = Lanes.WaitHistogram.bounds.map(\.wholeMilliseconds) + [0]
        self.init(
            buckets: zip(bounds, waits.counts).map { WaitBucket(uptoMs: $0, count: $1) },
            sumMs: waits.sum.wholeMilliseconds)
    }
}
