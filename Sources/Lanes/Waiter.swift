import Clocks

/// What the queue keeps of a waiting call.
struct Waiter {
    var arrivedAt: Instant
    /// Its queue clock: the lane's or its own, whichever is shorter.
    var limit: Duration
    /// When it leaves by itself: the queue clock, or the caller's own deadline.
    var leavesAt: Instant
    var bytes: Int
    var isStream: Bool
    /// Whose it is in the lane's books, and in the sharing of its band.
    var account: Int32 = -1
    var member: Int32 = -1

    init(_ job: Job, limit laneLimit: Duration, arrivedAt: Instant) {
        self.arrivedAt = arrivedAt
        limit = min(job.queueWaitMax ?? laneLimit, laneLimit)
        leavesAt = arrivedAt.advanced(by: limit)
        if let deadline = job.callerDeadline { leavesAt = min(leavesAt, deadline) }
        bytes = job.promptBytes
        isStream = job.isStream
    }

    /// Why it leaves when its clock rings at `now`.
    func refusal(at now: Instant, estimatedWait: Duration?) -> LaneRefusal {
        if leavesAt < arrivedAt.advanced(by: limit) { return .callerLeft }
        let waited = arrivedAt.duration(to: now)
        return .queueTimeout(waited: waited, limit: limit, estimatedWait: estimatedWait)
    }
}
