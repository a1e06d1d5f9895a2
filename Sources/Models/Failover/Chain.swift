/// What a name of a model stands for: the targets to try, in order.
package struct Chain: Sendable {
    package let links: [ChainLink]
    /// The tier says that another target is tried where one refuses the content.
    package let failsOverOnPolicy: Bool
    /// For a request that needs nothing which a target lacks: most.
    private let ableTargets: [ChainTarget]

    package init(links: [ChainLink], failsOverOnPolicy: Bool) {
        self.links = links
        self.failsOverOnPolicy = failsOverOnPolicy
        ableTargets = links.map { ChainTarget($0.model) }
    }

    /// What the chain's machine needs to know of the targets for this request.
    func targets(for needs: RequestNeeds) -> [ChainTarget] {
        if links.allSatisfy({ needs.lacking(in: $0.model) == nil }) { return ableTargets }
        return links.map { ChainTarget($0.model, lacking: needs.lacking(in: $0.model)) }
    }
}

extension ChainTarget {
    fileprivate init(_ model: LaneModel, lacking: Lacking? = nil) {
        self.init(
            model.target, window: model.capabilities.contextWindowTokens, lacking: lacking)
    }
}

extension RequestNeeds {
    fileprivate func lacking(in model: LaneModel) -> Lacking? {
        lacking(in: model.capabilities, effort: model.target.effort)
    }
}
