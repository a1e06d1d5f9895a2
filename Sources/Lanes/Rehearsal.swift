import Clocks

/// The queue played forward on a copy: who would be started after whom if nobody came or left and
/// every call took what it is guessed to take. So a place in the queue is what the scheduler itself
/// would do, not a guess about it.
struct Rehearsal {
    private var queue: FairQueue
    private var streamsToo: Bool

    /// - Parameter streamsToo: whether a stream could start now. Once only streams are left, they
    ///   are taken as if there were room.
    init(_ queue: FairQueue, streamsToo: Bool) {
        self.queue = queue
        self.streamsToo = streamsToo
    }

    /// The calls in the order of their starts, at most `limit` of them.
    mutating func order(at now: Instant, limit: Int) -> [(ticket: Ticket, waiter: Waiter)] {
        var order: [(Ticket, Waiter)] = []
        order.reserveCapacity(min(limit, queue.count))
        while order.count < limit, let next = next(at: now) { order.append(next) }
        return order
    }

    /// How many calls would start before this one if it came now.
    ///
    /// - Returns: nil when more than `limit`.
    mutating func place(
        of job: Job, _ account: Int32, at now: Instant, upTo limit: Int
    ) -> Int? {
        let (ticket, _) = queue.enqueue(
            job, of: account, streamsToo: streamsToo, at: now)
        for place in 0...limit {
            guard let next = next(at: now) else { return nil }
            if next.ticket == ticket { return place }
        }
        return nil
    }

    private mutating func next(at now: Instant) -> (ticket: Ticket, waiter: Waiter)? {
        if !queue.hasWork(streamsToo: streamsToo) { streamsToo = true }
        return queue.next(streamsToo: streamsToo, at: now).map { ($0.0, $0.1) }
    }
}
