package import Lanes

/// Which targets callers may use. Asked about the targets a name stands for, never about the name:
/// whoever may not use a target may not use it through a tier either.
package struct AllowLists: Sendable {
    /// What one line of the configuration allows.
    package struct Allowed: Sendable {
        /// Tiers whose targets may be used.
        package var tiers: [String]
        private let targets: [Glob]

        /// - Parameter targets: patterns of `provider/model`.
        package init(tiers: [String] = [], targets: [String] = []) {
            self.tiers = tiers
            self.targets = targets.map { Glob($0) }
        }

        fileprivate func allows(_ target: Target, _ chains: (String) -> [Target]) -> Bool {
            let name = "\(target.provider)/\(target.model)"
            if targets.contains(where: { $0.matches(name) }) { return true }
            return tiers.contains { tier in
                chains(tier).contains {
                    $0.provider == target.provider && $0.model == target.model
                }
            }
        }
    }

    private let lists: [CallerMatch: Allowed]

    /// - Parameter lists: by whom they hold for; everyone else may use everything.
    package init(_ lists: [CallerMatch: Allowed] = [:]) {
        self.lists = lists
    }

    package var isEmpty: Bool { lists.isEmpty }

    /// - Parameter chains: the targets of a tier; none where there is no such tier.
    package func allow(
        _ target: Target, for caller: CallerKey, _ chains: (String) -> [Target]
    ) -> Bool {
        if lists.isEmpty { return true }
        if let own = lists[CallerMatch(uid: caller.uid, callerID: caller.callerID)] {
            return own.allows(target, chains)
        }
        // A caller id is the client's own word, so it may narrow what its uid may use, not widen it.
        let both = [CallerMatch(uid: caller.uid), CallerMatch(callerID: caller.callerID)]
        return both.compactMap { lists[$0] }.allSatisfy { $0.allows(target, chains) }
    }
}
