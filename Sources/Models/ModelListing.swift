package import Clocks
import Lanes

/// What there is to ask for, for `Models.ListModels` and `Models.ResolveModel`.
extension ModelCatalog {
    /// One name a caller may use.
    package struct Entry: Sendable, Hashable {
        package var name: String
        package var targets: [Target]
        package var isTier: Bool
    }

    /// One target of a resolved name.
    package struct Resolved: Sendable, Hashable {
        package var target: Target
        /// Empty where queueing is off.
        package var laneName: String
        package var capabilities: Capabilities
        /// Until it may be tried again; nil when it is healthy.
        package var coolsFor: Duration?
    }

    /// The tiers, then the targets they hold and those that providers know of, each in the order of
    /// their names.
    ///
    /// - Parameter allows: whether the caller may use the target.
    package func entries(where allows: (Target) -> Bool) -> [Entry] {
        var (tiers, targets): ([Entry], Set<Target>) = ([], [])
        for name in tierNames {
            // One that cannot be read was refused at the start, or its source has since changed.
            guard let chain = try? self.targets(of: name) else { continue }
            targets.formUnion(chain.filter(allows))
            if chain.allSatisfy(allows) {
                tiers.append(Entry(name: name, targets: chain, isTier: true))
            }
        }
        targets.formUnion(knownTargets.filter(allows))
        return tiers
            + targets.sorted { $0.description < $1.description }.map {
                Entry(name: $0.description, targets: [$0], isTier: false)
            }
    }

    /// The targets of a name, in the order they are tried.
    ///
    /// - Throws: as `chain(of:)`.
    package func resolve(_ name: String, at now: Instant) throws(Refusal) -> [Resolved] {
        try chain(of: name).links.map { link in
            Resolved(
                target: link.model.target, laneName: link.model.lane?.name ?? "",
                capabilities: link.model.capabilities,
                coolsFor: link.gate.cooling(at: now).map { max(.zero, now.duration(to: $0.until)) })
        }
    }
}
