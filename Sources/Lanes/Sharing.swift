/// One level of fair sharing: members, each in one pool, served in the order of their tags. The
/// queue has two of these, one above the other: uids in a band, and caller ids in a uid.
struct Sharing {
    private(set) var members = Slab<Member>()
    private var positions: ByKind<[Int32]> = ByKind(unary: [], stream: [])
    private var orders: UInt32 = 0
    /// Counts the calls served while streams waited that had no room.
    private var overtakes: UInt32 = 0

    struct Member {
        var share: Share
        /// The pool it shares in.
        var pool: Int32
        /// Its waiting calls.
        var waiting = ByKind<Int32>(unary: 0, stream: 0)
        /// The overtakes when its first stream began to wait, or its last one was served.
        var overtakesSeen: UInt32 = 0
        /// What its own calls cost of late: a caller of long calls is charged for long ones.
        var meanCost = MeanCost()
        /// What it was given of late.
        var served = ServiceWindow()

        var waits: Bool { waiting.unary != 0 || waiting.stream != 0 }

        /// Where it stands after a change: looked up once.
        mutating func standing(after change: (inout Share) -> Void) -> Standing {
            change(&share)
            return Standing(tag: share.tag, epoch: share.epoch, waiting: waiting)
        }

        /// - Returns: whether it is the first of its kind to wait.
        mutating func callWaits(isStream: Bool) -> Bool {
            waiting[isStream: isStream] += 1
            return waiting[isStream: isStream] == 1
        }

        /// - Returns: whether it was the last of its kind to wait.
        mutating func callLeft(isStream: Bool) -> Bool {
            waiting[isStream: isStream] -= 1
            return waiting[isStream: isStream] == 0
        }
    }

    struct Standing {
        var tag: VirtualTime
        var epoch: UInt32
        var waiting: ByKind<Int32>
    }

    mutating func open(in pool: Int32, weight: Double) -> Int32 {
        let member = members.insert(Member(share: Share(weight: weight), pool: pool))
        while positions.unary.count < members.capacity {
            positions.unary.append(-1)
            positions.stream.append(-1)
        }
        return member
    }

    mutating func close(_ member: Int32) {
        members.remove(member)
    }

    subscript(_ member: Int32) -> Member {
        get { members[member] }
        _modify { yield &members[member] }
    }

    /// A call was served that streams without room would have come before.
    mutating func streamsOvertaken() {
        overtakes &+= 1
    }

    /// A call of the member starts to wait.
    mutating func callWaits(
        _ member: Int32, isStream: Bool, in pool: inout Pool, streamsToo: Bool
    ) {
        lift(member, toServe: !isStream, in: &pool, streamsToo: streamsToo)
        guard members[member].callWaits(isStream: isStream) else { return }
        let entry = TagHeap.Entry(
            tag: members[member].share.tag, order: nextOrder(), member: member)
        pool.waiting[isStream: isStream].push(entry, in: &positions[isStream: isStream])
    }

    /// A waiting call of the member waits no more, served or not.
    mutating func callLeft(_ member: Int32, isStream: Bool, in pool: inout Pool) {
        if members[member].callLeft(isStream: isStream) {
            pool.waiting[isStream: isStream].remove(member, in: &positions[isStream: isStream])
        }
    }

    /// A call that did not wait starts: one more return from idle, over at once.
    mutating func callPassed(
        _ member: Int32, cost: Int64, in pool: inout Pool, streamsToo: Bool
    ) -> UInt32 {
        lift(member, toServe: true, in: &pool, streamsToo: streamsToo)
        return charge(member, cost: cost, in: &pool)
    }

    /// A call that waited starts. It still counts as waiting.
    ///
    /// - Returns: the epoch its charge belongs to.
    mutating func callServed(
        _ member: Int32, isStream: Bool, cost: Int64, in pool: inout Pool
    ) -> UInt32 {
        lift(member, toServe: true, in: &pool, streamsToo: true)
        callLeft(member, isStream: isStream, in: &pool)
        return charge(member, cost: cost, in: &pool)
    }

    /// Lifts a member that returns from idle, or from a time in which it could not be served: it
    /// had only streams waiting, without room, and calls of others went past them. Either earns
    /// nothing.
    private mutating func lift(
        _ member: Int32, toServe: Bool, in pool: inout Pool, streamsToo: Bool
    ) {
        if !members[member].waits {
            members[member].share.lift(to: pool.floor(streamsToo: streamsToo))
        } else if toServe, members[member].waiting.unary == 0,
            members[member].overtakesSeen != overtakes
        {
            let now = members[member].standing(after: { $0.lift(to: pool.clock) })
            replace(member, at: now, order: nil, in: &pool)
        } else {
            return
        }
        members[member].overtakesSeen = overtakes
    }

    private mutating func charge(_ member: Int32, cost: Int64, in pool: inout Pool) -> UInt32 {
        let start = members[member].share.tag
        let now = members[member].standing(after: { $0.charge(cost) })
        pool.served(from: start, to: now.tag)
        // Behind its equals, even where the cost is nothing, or it would never end its turn.
        replace(member, at: now, order: nextOrder(), in: &pool)
        return now.epoch
    }

    mutating func correct(
        _ member: Int32, by difference: Int64, chargedIn epoch: UInt32, in pool: inout Pool
    ) {
        let now = members[member].standing(after: { $0.correct(by: difference, chargedIn: epoch) })
        pool.reached(now.tag)
        replace(member, at: now, order: nil, in: &pool)
    }

    /// Forgets all tags of a pool that starts over on another scale.
    mutating func reset(_ member: Int32, in pool: inout Pool) {
        members[member].meanCost = MeanCost()
        members[member].served = ServiceWindow()
        let now = members[member].standing(after: { $0.reset() })
        replace(member, at: now, order: nil, in: &pool)
    }

    private mutating func replace(
        _ member: Int32, at now: Standing, order: UInt32?, in pool: inout Pool
    ) {
        if now.waiting.unary > 0 {
            pool.waiting.unary.move(member, to: now.tag, order: order, in: &positions.unary)
        }
        if now.waiting.stream > 0 {
            pool.waiting.stream.move(member, to: now.tag, order: order, in: &positions.stream)
        }
    }

    private mutating func nextOrder() -> UInt32 {
        orders &+= 1
        return orders
    }

    func invariants(of pool: Pool) {
        pool.waiting.unary.invariants(positions.unary)
        pool.waiting.stream.invariants(positions.stream)
        for isStream in [false, true] {
            for entry in pool.waiting[isStream: isStream].entries {
                let member = members[entry.member]
                precondition(member.waiting[isStream: isStream] > 0, "a member waits for nothing")
                precondition(member.share.tag == entry.tag, "a heap has an old tag")
            }
        }
    }
}
