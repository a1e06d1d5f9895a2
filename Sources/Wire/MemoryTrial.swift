/// Counts what nghttp2 allocates for the sessions of a test, and refuses what the test says.
// Sendable by hand: used by one session at a time, on its thread.
package final class MemoryTrial: @unchecked Sendable {
    /// Allocations asked for so far.
    package private(set) var allocations = 0
    /// Pieces that were not given back yet.
    package private(set) var pieces = 0
    private let refused: Range<Int>

    /// - Parameter refused: which allocations fail, counted from 0.
    package init(refusing refused: Range<Int>) {
        self.refused = refused
    }

    /// Whether the next allocation fails.
    func refuses() -> Bool {
        defer { allocations += 1 }
        return refused.contains(allocations)
    }

    func took(_ count: Int) { pieces += count }
}

extension MemoryTrial: Hashable {
    package static func == (one: MemoryTrial, other: MemoryTrial) -> Bool { one === other }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
