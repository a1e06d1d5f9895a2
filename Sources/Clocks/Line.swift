/// The neighbours of a member of a `Line`.
@frozen
public struct Links: Sendable {
    public var previous: Int32
    public var next: Int32

    /// Of no line yet.
    @inlinable
    @inline(__always)
    public init() {
        previous = Line.end
        next = Line.end
    }
}

/// A doubly linked line of numbered things, such as the elements of an array, whose neighbours
/// stand in an array beside them. Used by the timer wheel and the lanes' queue: members join and
/// leave in constant time and without a heap allocation each. All lines of one array of links
/// share its members.
///
/// Public though it is for this package: Swift 6.3 compiles only what is public into another module,
/// and a call costs more than what a line does.
@frozen
public struct Line: Sendable {
    /// No neighbour, no member.
    public static var end: Int32 {
        @inlinable get { -1 }
    }

    public var first: Int32
    public var last: Int32

    @inlinable
    @inline(__always)
    public init() {
        first = Line.end
        last = Line.end
    }

    @inlinable public var isEmpty: Bool { first == Line.end }

    @inlinable
    @inline(__always)
    public mutating func append(_ member: Int32, in links: inout [Links]) {
        links[Int(member)].previous = last
        links[Int(member)].next = Line.end
        if last == Line.end { first = member } else { links[Int(last)].next = member }
        last = member
    }

    @inlinable
    @inline(__always)
    public mutating func prepend(_ member: Int32, in links: inout [Links]) {
        links[Int(member)].previous = Line.end
        links[Int(member)].next = first
        if first == Line.end { last = member } else { links[Int(first)].previous = member }
        first = member
    }

    /// Takes out a member of this very line.
    @inlinable
    @inline(__always)
    public mutating func remove(_ member: Int32, in links: inout [Links]) {
        let (previous, next) = (links[Int(member)].previous, links[Int(member)].next)
        if previous == Line.end { first = next } else { links[Int(previous)].next = next }
        if next == Line.end { last = previous } else { links[Int(next)].previous = previous }
    }

    @inlinable
    @inline(__always)
    public mutating func popFirst(in links: inout [Links]) -> Int32? {
        if first == Line.end { return nil }
        let member = first
        remove(member, in: &links)
        return member
    }

    /// Its members, first to last. Linear: for tests and checks.
    package func members(in links: [Links]) -> [Int32] {
        var members: [Int32] = []
        var member = first
        while member != Line.end {
            members.append(member)
            member = links[Int(member)].next
        }
        return members
    }
}
