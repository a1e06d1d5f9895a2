import Clocks

/// What the queue keeps of a waiting call.
struct Waiter {
    var arrivedAt: Instant
    /// When it leaves by itself: at its queue clock, the lane's or its own, or at the caller's
    /// deadline, whichever is first.
    var leavesAt: Instant
    /// Whose it is in the lane's books, and in the sharing of its band.
    var account: Int32 = -1
    var member: Int32 = -1
    private var promptBytes: Int32
    private var leavesByDeadline = false
    var isStream: Bool

    var bytes: Int { Int(promptBytes) }

    init(_ job: borrowing Job, limit laneLimit: Duration, arrivedAt: Instant) {
        self.arrivedAt = arrivedAt
        leavesAt = arrivedAt.advanced(by: min(job.queueWaitMax ?? laneLimit, laneLimit))
        if let deadline = job.callerDeadline, deadline < leavesAt {
            leavesAt = deadline
            leavesByDeadline = true
        }
        // Messages are far smaller; what is counted in is what is counted out in any case.
        promptBytes = Int32(clamping: job.promptBytes)
        isStream = job.isStream
    }

    /// Why it leaves when its clock rings at `now`.
    func refusal(at now: Instant, estimatedWait: Duration?) -> LaneRefusal {
        if leavesByDeadline { return .callerLeft }
        return .queueTimeout(
            waited: arrivedAt.duration(to: now), limit: arrivedAt.duration(to: leavesAt),
            estimatedWait: estimatedWait)
    }
}
