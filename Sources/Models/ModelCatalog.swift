package import Lanes
import Synchronization

/// What names of models stand for: a tier, a target or a chain becomes the models to try, in
/// order, each behind its lane.
package final class ModelCatalog: Sendable {
    private let providers: [String: any Provider]
    private let reader: ModelNames
    private let lanes: LaneRegistry?
    private let limits: CallLimits
    private let detached: DetachedRuns
    private let known = Mutex<[String: [LaneModel]]>([:])

    // Names come from clients, so what is remembered of them has a bound. Over it all are
    // forgotten: the names in use are back at their next call, and nobody can fill the place
    // with junk for good.
    private static let knownMax = 1024

    /// - Parameters:
    ///   - tiers: name to chain, as configured under `model.tier`.
    ///   - lanes: nil where queueing is off.
    package init(
        providers: [any Provider], tiers: [String: String] = [:], lanes: LaneRegistry?,
        limits: CallLimits = CallLimits(), detached: DetachedRuns = DetachedRuns()
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
        self.reader = ModelNames(
            tiers: tiers, providers: self.providers.keys.sorted(), limits: limits)
        self.lanes = lanes
        self.limits = limits
        self.detached = detached
    }

    package var providerNames: [String] { providers.keys.sorted() }
    package var tierNames: [String] { reader.tiers.keys.sorted() }

    /// Names remembered, for the tests.
    package var namesKept: Int { known.withLock { $0.count } }

    /// The models of a name, in the order they are tried; never empty.
    ///
    /// - Throws: BAD_REQUEST for a name that cannot be read, UNKNOWN_MODEL for one that stands
    ///   for nothing.
    package func models(of name: String) throws(Refusal) -> [LaneModel] {
        if let models = known.withLock({ $0[name] }) { return models }
        var models: [LaneModel] = []
        for target in try targets(of: name) { models.append(try model(target, in: name)) }
        known.withLock { known in
            if known.count >= Self.knownMax { known.removeAll() }
            known[name] = models
        }
        return models
    }

    /// The targets of a name, whether or not their providers exist.
    package func targets(of name: String) throws(Refusal) -> [Target] {
        try reader.targets(of: name)
    }

    /// The models of a name for `ResolveModel`, in the order they are tried.
    package func resolve(_ name: String) throws(Refusal) -> [ResolvedTarget] {
        try models(of: name).map { model in
            ResolvedTarget(
                target: model.target, laneName: model.lane?.name ?? "",
                capabilities: model.capabilities)
        }
    }

    /// Everything wrong with the configured tiers; empty when all is well.
    package func problems() -> [String] {
        tierNames.compactMap { tier in
            problem(with: tier).map { "model.tier.\(tier): \($0)" }
        }
    }

    private func problem(with tier: String) -> String? {
        do {
            for target in try targets(of: tier) { _ = try model(target, in: tier) }
            return nil
        } catch {
            return error.message
        }
    }

    private func model(_ target: Target, in name: String) throws(Refusal) -> LaneModel {
        guard let provider = providers[target.provider] else {
            throw reader.unknown("provider \(target.provider.brief)", askedFor: name)
        }
        guard let model = provider.model(target) else {
            throw Refusal(
                .unknownModel,
                "\(target.description.brief) is unknown: provider \(provider.name) has no such model"
            )
        }
        let lane = lanes?.lane(provider: target.provider, model: target.model)
        return LaneModel(
            model, lane: lane, limits: limits.attempt(slow: provider.slow), detached: detached)
    }
}

/// One target of a resolved name.
package struct ResolvedTarget: Sendable, Hashable {
    package var target: Target
    /// Empty where queueing is off.
    package var laneName: String
    package var capabilities: Capabilities
}
