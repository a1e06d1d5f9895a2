package import Clocks

/// What the lane machine decides. The shell carries it out outside the lock.
package enum Arrival: Sendable, Hashable {
    case start(Grant)
    /// The call waits. Ring its queue clock at `until`.
    case wait(Ticket, until: Instant)
    case refuse(LaneRefusal)
}

/// The place of one waiting call. Given out again only after 2³² others in the same place.
package struct Ticket: Sendable, Hashable {
    /// Places are numbered from 0 and used again.
    package var index: Int32
    var generation: UInt32
}

/// The right to run, as plain data; `Slot` makes sure that it is given back exactly once.
package struct Grant: Sendable, Hashable {
    package var startedAt: Instant
    /// Nanoseconds in the queue.
    var waitedFor: Int64
    package var isStream: Bool
    /// What the caller was charged; settled with the slot, or with the stream where tokens count.
    var charge: Charge

    package var waited: Duration { .nanoseconds(waitedFor) }
}

/// An established stream, as plain data; `OpenStream` makes sure that it ends exactly once.
package struct OpenGrant: Sendable, Hashable {
    package var startedAt: Instant
    /// The lane holds until completion: the slot comes free with the stream.
    package var holdsSlot: Bool
    /// Whose it is in the lane's books.
    var account: Int32
    /// Not settled yet.
    var charge: Charge?
}

/// What becomes of a waiting call: exactly one of the two, exactly once.
package enum Answer: Sendable, Hashable {
    case start(Grant)
    case refuse(LaneRefusal)
}

package struct Reply: Sendable, Hashable {
    package var ticket: Ticket
    package var answer: Answer
}

/// Waiting calls to be answered.
package enum Step: Sendable, Hashable {
    case nothing
    case reply(Reply)
    case replyAll([Reply])
}
