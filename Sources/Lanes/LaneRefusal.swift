/// Why a lane gave a call no slot. `estimatedWait` is a hint for the retry, nil when nothing is
/// known yet.
package enum LaneRefusal: Error, Sendable, Hashable {
    /// `depth` calls wait already.
    case queueFull(depth: Int, limit: Int, estimatedWait: Duration?)
    /// `bytes` of prompt would wait with this call.
    case queueBytesFull(bytes: Int, limit: Int, estimatedWait: Duration?)
    /// The same two for the caller's own part of the queue.
    case callerQueueFull(depth: Int, limit: Int, estimatedWait: Duration?)
    case callerQueueBytesFull(bytes: Int, limit: Int, estimatedWait: Duration?)
    /// The queue clock ran out.
    case queueTimeout(waited: Duration, limit: Duration, estimatedWait: Duration?)
    /// `left` is all the caller's deadline leaves, and the queue before the call takes far longer.
    case callerDeadline(left: Duration, estimatedWait: Duration?)
    /// The task was cancelled, or the caller's own deadline passed, while the call waited.
    case callerLeft
    case shuttingDown
}

extension LaneRefusal {
    /// A refusal without its figures, for counting. The names are those of the metrics.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case queueFull = "queue_full"
        case queueBytesFull = "queue_bytes_full"
        case callerQueueFull = "caller_queue_full"
        case callerQueueBytesFull = "caller_queue_bytes_full"
        case queueTimeout = "queue_timeout"
        case callerDeadline = "caller_deadline"
        case callerLeft = "caller_left"
        case shuttingDown = "shutting_down"
    }

    package var reason: Reason {
        switch self {
        case .queueFull: .queueFull
        case .queueBytesFull: .queueBytesFull
        case .callerQueueFull: .callerQueueFull
        case .callerQueueBytesFull: .callerQueueBytesFull
        case .queueTimeout: .queueTimeout
        case .callerDeadline: .callerDeadline
        case .callerLeft: .callerLeft
        case .shuttingDown: .shuttingDown
        }
    }

    package var estimatedWait: Duration? {
        switch self {
        case .queueFull(_, _, let wait), .queueBytesFull(_, _, let wait),
            .callerQueueFull(_, _, let wait), .callerQueueBytesFull(_, _, let wait),
            .queueTimeout(_, _, let wait), .callerDeadline(_, let wait):
            wait
        case .callerLeft, .shuttingDown: nil
        }
    }
}

extension LaneRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .queueFull(let depth, let limit, _):
            "\(depth) calls wait in this lane; it queues \(limit) (queue_depth_max); retry later"
        case .queueBytesFull(let bytes, let limit, _):
            """
            \(bytes) bytes of prompt would wait in this lane; it queues \(limit) \
            (queue_bytes_max); retry later
            """
        case .callerQueueFull(let depth, let limit, _):
            """
            \(depth) calls of this caller wait in this lane; it queues \(limit) for one caller \
            (half of queue_depth_max); send fewer at once
            """
        case .callerQueueBytesFull(let bytes, let limit, _):
            """
            \(bytes) bytes of this caller's prompts would wait in this lane; it queues \(limit) \
            for one caller (half of queue_bytes_max); send fewer at once
            """
        case .queueTimeout(let waited, let limit, _):
            "waited \(waited) for a slot; the queue clock is \(limit) (queue_wait_max); retry later"
        case .callerDeadline(let left, _):
            """
            \(left) are left of the caller's deadline, and the queue takes longer; give the call \
            more time or retry later
            """
        case .callerLeft: "the caller left while the call waited for a slot"
        case .shuttingDown: "the daemon is shutting down; retry in a few seconds"
        }
    }
}
