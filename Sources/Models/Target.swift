/// How hard a reasoning model should think.
package enum ReasoningEffort: String, Sendable, Hashable, CaseIterable {
    case minimal, low, medium, high
}

/// `provider/model`, with an effort suffix if one was written: `anthropic/claude-sonnet-4-5:high`.
package struct Target: Sendable, Hashable {
    /// The provider's name in the configuration.
    package var provider: String
    /// The model's name as the provider knows it; may hold slashes and colons of its own.
    package var model: String
    package var effort: ReasoningEffort?

    package init(provider: String, model: String, effort: ReasoningEffort? = nil) {
        self.provider = provider
        self.model = model
        self.effort = effort
    }

    /// Reads a target. The provider is all before the first slash; the suffix is what follows the
    /// last colon if it is one of the efforts, so `foreman/qwen3:8b` keeps its whole name.
    ///
    /// - Returns: nil when the provider or the model is empty.
    package init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let provider = text[..<slash]
        var model = text[text.index(after: slash)...]
        if let colon = model.lastIndex(of: ":"),
            let effort = ReasoningEffort(rawValue: String(model[model.index(after: colon)...]))
        {
            self.effort = effort
            model = model[..<colon]
        }
        if provider.isEmpty || model.isEmpty { return nil }
        self.provider = String(provider)
        self.model = String(model)
    }
}

extension Target: CustomStringConvertible {
    package var description: String {
        guard let effort else { return "\(provider)/\(model)" }
        return "\(provider)/\(model):\(effort.rawValue)"
    }
}
