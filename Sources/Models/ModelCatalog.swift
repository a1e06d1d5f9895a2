package import Lanes
import Synchronization

/// What names of models stand for: a tier, a target or a chain becomes the targets to try, in order,
/// each behind its lane.
package final class ModelCatalog: Sendable {
    private let providers: [String: any Provider]
    private let tiers: TierBook
    private let policyTiers: Set<String>
    private let lanes: LaneRegistry?
    private let limits: CallLimits
    private let detached: DetachedRuns
    private let health: HealthBook
    private let capabilities: CapabilityTable
    /// nil where answers are not held against their schemas.
    let schemas: SchemaBook?
    private let known = Mutex(Known())

    fileprivate struct Known {
        /// Of the tiers these chains were made with.
        var edition = 0
        var chains: [String: Chain] = [:]
        /// By lane; without lanes, by provider.
        var budgets: [String: SharedRetryBudget] = [:]
    }

    // Names come from clients, so what is remembered of them has a bound. Over it all are
    // forgotten: the names in use are back at their next call, and nobody can fill the place
    // with junk for good.
    private static let knownMax = 1024

    /// - Parameters:
    ///   - lanes: nil where queueing is off.
    ///   - policyTiers: tiers that fail over where a target refuses the content.
    package init(
        providers: [any Provider], tiers: TierBook = TierBook(), policyTiers: Set<String> = [],
        lanes: LaneRegistry?, limits: CallLimits = CallLimits(),
        detached: DetachedRuns = DetachedRuns(), health: HealthBook = HealthBook(),
        capabilities: CapabilityTable = CapabilityTable(), schemas: SchemaBook? = nil
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
        self.tiers = tiers
        self.policyTiers = policyTiers
        self.lanes = lanes
        self.limits = limits
        self.detached = detached
        self.health = health
        self.capabilities = capabilities
        self.schemas = schemas
    }

    package var providerNames: [String] { providers.keys.sorted() }

    /// Targets that are known to exist, whether or not a tier holds them.
    var knownTargets: [Target] {
        providers.values.flatMap { provider in
            provider.knownModels.map { Target(provider: provider.name, model: $0) }
        }
    }
    package var tierNames: [String] { tiers.current.tiers.keys.sorted() }

    /// Names remembered, for the tests.
    package var namesKept: Int { known.withLock { $0.chains.count } }

    /// The chain of a name; it has at least one target.
    ///
    /// - Throws: BAD_REQUEST for a name that cannot be read, UNKNOWN_MODEL for one that stands
    ///   for nothing.
    package func chain(of name: String) throws(Refusal) -> Chain {
        let edition = tiers.current
        if let chain = known.withLock({ $0.chain(of: name, edition.number) }) { return chain }
        let names = names(edition)
        var links: [ChainLink] = []
        for target in try names.targets(of: name) {
            links.append(try link(target, askedFor: name, names))
        }
        let tier = names.tier(of: name)
        let chain = Chain(
            links: links, failsOverOnPolicy: tier.map(policyTiers.contains) ?? false)
        known.withLock { known in
            guard known.edition == edition.number else { return }
            // Those of tiers stay, and with them what is known of their targets' health.
            if known.chains.count >= Self.knownMax {
                known.chains = known.chains.filter { edition.tiers[$0.key] != nil }
            }
            known.chains[name] = chain
        }
        return chain
    }

    /// The targets of a name, whether or not their providers exist.
    package func targets(of name: String) throws(Refusal) -> [Target] {
        try names(tiers.current).targets(of: name)
    }

    /// Everything wrong with the configured tiers; empty when all is well.
    package func problems() -> [String] {
        tierNames.compactMap { tier in
            problem(with: tier).map { "\(TierBook.keyPrefix)\(tier): \($0)" }
        }
    }

    private func problem(with tier: String) -> String? {
        do {
            _ = try chain(of: tier)
            return nil
        } catch {
            return error.message
        }
    }

    /// The daemon stops: calls that wait for a target to be well are sent away.
    package func drain() { health.drain() }

    private func names(_ edition: TierBook.Edition) -> ModelNames {
        ModelNames(tiers: edition.tiers, providers: providerNames, limits: limits)
    }
}

extension ModelCatalog.Known {
    /// nil where it is not known of this edition of the tiers.
    fileprivate mutating func chain(of name: String, _ edition: Int) -> Chain? {
        if self.edition != edition {
            self.edition = edition
            chains = [:]
        }
        return chains[name]
    }
}

// MARK: - Putting together

extension ModelCatalog {
    private func link(
        _ target: Target, askedFor name: String, _ names: ModelNames
    ) throws(Refusal) -> ChainLink {
        guard let provider = providers[target.provider] else {
            throw names.unknown("provider \(target.provider.brief)", askedFor: name)
        }
        guard let model = provider.model(target) else {
            throw Refusal(
                .unknownModel,
                "\(target.description.brief) is unknown: provider \(provider.name) has no such model"
            )
        }
        let lane = lanes?.lane(provider: target.provider, model: target.model)
        var attempt = limits.attempt(slow: provider.slow)
        if provider.slow { attempt.executionTimeout += CallLimits.slowGrace }
        let laneModel = LaneModel(
            decorated(model, of: provider), lane: lane, limits: attempt, detached: detached,
            capabilities: capabilities.capabilities(of: model))
        return ChainLink(
            laneModel, gate: health.gate(of: target),
            budget: budget(of: lane?.name ?? target.provider))
    }

    private func decorated(_ model: any Model, of provider: any Provider) -> any Model {
        let judged = schemas.map {
            StructuredModel(model, $0, correctiveTurns: limits.correctiveTurns)
        }
        return provider.slow
            ? TimeoutModel(judged ?? model, generateTimeout: limits.executionTimeoutSlow)
            : judged ?? model
    }

    private func budget(of lane: String) -> SharedRetryBudget {
        known.withLock { known in
            if let budget = known.budgets[lane] { return budget }
            let budget = SharedRetryBudget()
            known.budgets[lane] = budget
            return budget
        }
    }
}
