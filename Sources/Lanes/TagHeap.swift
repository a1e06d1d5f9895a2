/// The waiting members of a pool, the one with the least tag first; where tags are equal, the one
/// that came to it first.
///
/// Four children a node, keys beside the numbers: a walk down reads one cache line a level and
/// touches no member. Positions stand in an array of the owner's, so any member is found at once.
struct TagHeap {
    struct Entry: Comparable {
        var tag: VirtualTime
        /// Wraps after 2³² moves, which then upsets nothing but one tie.
        var order: UInt32
        var member: Int32

        static func < (one: Entry, other: Entry) -> Bool {
            one.tag == other.tag ? one.order < other.order : one.tag < other.tag
        }
    }

    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    var first: Entry? { entries.first }

    mutating func push(_ entry: Entry, in positions: inout [Int32]) {
        entries.append(entry)
        siftUp(entry, from: entries.count - 1, in: &positions)
    }

    mutating func remove(_ member: Int32, in positions: inout [Int32]) {
        let position = Int(positions[Int(member)])
        let last = entries.removeLast()
        if position < entries.count { settle(last, at: position, in: &positions) }
    }

    /// The member's tag has changed. It keeps its order among equals, unless it is given a new one.
    mutating func move(
        _ member: Int32, to tag: VirtualTime, order: UInt32? = nil, in positions: inout [Int32]
    ) {
        // Alone in its pool, as in most lanes most of the time.
        if entries.count == 1 {
            entries[0].tag = tag
            if let order { entries[0].order = order }
            return
        }
        let position = Int(positions[Int(member)])
        let order = order ?? entries[position].order
        let entry = Entry(tag: tag, order: order, member: member)
        settle(entry, at: position, in: &positions)
    }

    private mutating func settle(_ entry: Entry, at position: Int, in positions: inout [Int32]) {
        if position > 0, entry < entries[(position - 1) >> 2] {
            siftUp(entry, from: position, in: &positions)
        } else {
            siftDown(entry, from: position, in: &positions)
        }
    }

    // Spans, because an array asks before every write whether it is shared.
    private mutating func siftUp(_ entry: Entry, from start: Int, in positions: inout [Int32]) {
        var entries = entries.mutableSpan
        var positions = positions.mutableSpan
        var position = start
        while position > 0 {
            let parent = (position - 1) >> 2
            if !(entry < entries[parent]) { break }
            entries[position] = entries[parent]
            positions[Int(entries[position].member)] = Int32(position)
            position = parent
        }
        entries[position] = entry
        positions[Int(entry.member)] = Int32(position)
    }

    private mutating func siftDown(_ entry: Entry, from start: Int, in positions: inout [Int32]) {
        let count = entries.count
        var entries = entries.mutableSpan
        var positions = positions.mutableSpan
        var position = start
        while position << 2 + 1 < count {
            let first = position << 2 + 1
            var least = first
            for child in first + 1..<max(first + 1, min(first + 4, count))
            where entries[child] < entries[least] {
                least = child
            }
            if !(entries[least] < entry) { break }
            entries[position] = entries[least]
            positions[Int(entries[position].member)] = Int32(position)
            position = least
        }
        entries[position] = entry
        positions[Int(entry.member)] = Int32(position)
    }

    /// Looks at every entry: for tests.
    func invariants(_ positions: [Int32]) {
        for (position, entry) in entries.enumerated() {
            precondition(positions[Int(entry.member)] == position, "a member's position is wrong")
            let inOrder = position == 0 || !(entry < entries[(position - 1) >> 2])
            precondition(inOrder, "a child stands before its parent")
        }
    }
}
