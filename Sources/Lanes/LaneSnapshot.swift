/// A lane at one moment, for `lanes`, `top`, `/metrics` and the tests.
package struct LaneSnapshot: Sendable, Hashable {
    package var name: String
    package var concurrency: Int
    package var running: Int
    package var openStreams: Int
    package var queued: Int
    package var queuedBytes: Int
    /// What a call arriving now would wait; nil when nothing is known yet.
    package var estimatedWait: Duration?
    package var draining: Bool
    /// Slots given out since the lane was made.
    package var started: Int
    /// Calls refused since the lane was made; a reason that never came up is absent.
    package var refusals: [LaneRefusal.Reason: Int]
    /// Slots and open streams that were forgotten instead of released. Every one is a bug.
    package var leakedSlots: Int
}
