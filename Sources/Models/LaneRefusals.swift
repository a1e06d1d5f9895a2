import Lanes

extension Refusal {
    /// What a call says that its lane gave no slot. nil when it was the caller that left.
    init?(_ refusal: LaneRefusal, lane: String) {
        // A lane that turns over in no time must not call its clients back in no time.
        let again = max(refusal.estimatedWait ?? .seconds(1), .milliseconds(100))
        let hint = "retry in about \(again.shownRoughly)"
        switch refusal {
        case .queueFull(let depth, let limit, _):
            self.init(
                .queueFull,
                """
                lane \(lane) is full: \(depth.shown) calls wait, the limit is \(limit.shown) \
                (lanes.\(lane).queue_depth_max); \(hint)
                """)
        case .queueBytesFull(let bytes, let limit, _):
            self.init(
                .queueFull,
                """
                lane \(lane) is full: with this call \(bytes.shown) bytes of prompts would wait, \
                the limit is \(limit.shown) (lanes.\(lane).queue_bytes_max); \(hint)
                """)
        case .callerQueueFull(let depth, let limit, _):
            self.init(
                .callerQueueFull,
                """
                this caller's part of lane \(lane) is full: \(depth.shown) of its calls wait, \
                the limit is \(limit.shown) (half of lanes.\(lane).queue_depth_max); \(hint)
                """)
        case .callerQueueBytesFull(let bytes, let limit, _):
            self.init(
                .callerQueueFull,
                """
                this caller's part of lane \(lane) is full: with this call \(bytes.shown) bytes \
                of its prompts would wait, the limit is \(limit.shown) \
                (half of lanes.\(lane).queue_bytes_max); \(hint)
                """)
        case .queueTimeout(let waited, let limit, _):
            self.init(
                .queueTimeout,
                """
                no slot of lane \(lane) came free within \(waited.shown); the limit is \
                \(limit.shown) (lanes.\(lane).queue_wait_max, or the call's own \
                max_queue_wait_ms); \(hint)
                """)
        case .callerDeadline(let left, _):
            self.init(
                .callerDeadline,
                """
                the caller's deadline leaves \(left.shown), and a call that comes to lane \(lane) \
                now waits about \(again.shownRoughly); give it more time, or retry when fewer wait
                """)
            return
        case .callerLeft: return nil
        case .shuttingDown:
            self = .shuttingDown
            return
        }
        retryAfter = again
    }

    package static var shuttingDown: Refusal {
        var refusal = Refusal(.shuttingDown, "the daemon is shutting down; retry in 1 to 5 s")
        // Spread, so that the clients of one host do not come back in one instant.
        refusal.retryAfter = .milliseconds(Int.random(in: 1000...5000))
        return refusal
    }
}
