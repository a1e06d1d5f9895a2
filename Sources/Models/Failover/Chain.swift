/// What a name of a model stands for: the targets to try, in order.
package struct Chain: Sendable {
    package let links: [ChainLink]
    /// The tier says that another target is tried where one refuses the content.
    package let failsOverOnPolicy: Bool

    /// What the chain's machine needs to know of the targets for this request.
    func targets(for needs: RequestNeeds) -> [ChainTarget] {
        links.map { link in
            ChainTarget(
                link.model.target, window: link.model.capabilities.contextWindowTokens,
                lacking: needs.lacking(
                    in: link.model.capabilities, effort: link.model.target.effort))
        }
    }
}
