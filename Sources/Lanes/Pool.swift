/// What the sharers of one pool have in common: a band's uids, or the caller ids of one uid.
struct Pool {
    /// The start tag of the last call served: the system virtual time of start-time fair queueing.
    private(set) var clock = VirtualTime.zero
    /// The greatest tag handed out.
    private var latest = VirtualTime.zero
    /// The sharers with something waiting, by what waits.
    var waiting = ByKind(unary: TagHeap(), stream: TagHeap())
    /// Calls of the pool that wait or run.
    private(set) var active = 0

    /// The sharer whose turn it is.
    func first(streamsToo: Bool) -> TagHeap.Entry? {
        guard streamsToo, let stream = waiting.stream.first else { return waiting.unary.first }
        guard let unary = waiting.unary.first else { return stream }
        return min(unary, stream)
    }

    /// Nobody of it waits with a call of this kind.
    func isEmpty(isStream: Bool) -> Bool {
        isStream ? waiting.stream.isEmpty : waiting.unary.isEmpty
    }

    /// Where a sharer that returns from idle starts: the least virtual time of the active ones, the
    /// one in service counted from where its call began. What that call was charged is a guess,
    /// and nobody should be measured by another's guess.
    ///
    /// - Parameter streamsToo: whether streams could start. Where they cannot, sharers that wait with
    ///   nothing else take no part, and stand still: to be measured by them would be credit.
    func floor(streamsToo: Bool) -> VirtualTime {
        guard let waiting = first(streamsToo: streamsToo) else { return clock }
        return min(waiting.tag, clock)
    }

    mutating func callCame() {
        active += 1
    }

    mutating func served(from start: VirtualTime, to tag: VirtualTime) {
        clock = max(clock, start)
        reached(tag)
    }

    mutating func reached(_ tag: VirtualTime) {
        latest = max(latest, tag)
    }

    /// The end of a busy period settles all debts: nobody had to wait for them.
    mutating func callEnded() {
        active -= 1
        if active == 0 { clock = latest }
    }

    mutating func reset() {
        (clock, latest) = (.zero, .zero)
    }
}
