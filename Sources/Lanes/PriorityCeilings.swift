/// How urgent the calls of each caller may be at most. A call that asks for more is not refused: it
/// runs at the ceiling, and its report says so.
package struct PriorityCeilings: Sendable, Hashable {
    private let ceilings: [CallerMatch: Priority]

    /// - Parameter ceilings: by whom they hold for; everyone else has none.
    package init(_ ceilings: [CallerMatch: Priority] = [:]) {
        self.ceilings = ceilings
    }

    /// The priority itself, or the caller's ceiling where that is lower.
    package func clamp(_ priority: Priority, for caller: CallerKey) -> Priority {
        // The smaller is the more urgent.
        ceilings.isEmpty ? priority : max(priority, ceiling(of: caller))
    }

    private func ceiling(of caller: CallerKey) -> Priority {
        if let own = ceilings[CallerMatch(uid: caller.uid, callerID: caller.callerID)] {
            return own
        }
        // A caller id is the client's own word, so it may lower what its uid is given, not raise it.
        let uid = ceilings[CallerMatch(uid: caller.uid)] ?? .system
        let id = ceilings[CallerMatch(callerID: caller.callerID)] ?? .system
        return max(uid, id)
    }
}
