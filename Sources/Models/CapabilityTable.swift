import Lanes

/// What is said of models whose names match a pattern; a part that is nil says nothing.
package struct CapabilityRule: Sendable, Hashable {
    package var contextWindowTokens: Int?
    package var tools: Bool?
    package var images: Bool?
    package var jsonSchema: Bool?
    package var reasoning: Bool?

    package init(
        contextWindowTokens: Int? = nil, tools: Bool? = nil, images: Bool? = nil,
        jsonSchema: Bool? = nil, reasoning: Bool? = nil
    ) {
        self.contextWindowTokens = contextWindowTokens
        self.tools = tools
        self.images = images
        self.jsonSchema = jsonSchema
        self.reasoning = reasoning
    }

    func apply(to capabilities: inout Capabilities) {
        if let contextWindowTokens { capabilities.contextWindowTokens = contextWindowTokens }
        if let tools { capabilities.tools = tools }
        if let images { capabilities.images = images }
        if let jsonSchema { capabilities.jsonSchema = jsonSchema }
        if let reasoning { capabilities.reasoning = reasoning }
    }
}

/// What models can do: what the provider says, then what is known of well-known names, then what the
/// configuration says. What nobody says anything of is taken to be able to do everything: its
/// provider will refuse what it cannot do, and a target that is skipped for nothing is worse.
package struct CapabilityTable: Sendable {
    private let configured: [(target: Glob, rule: CapabilityRule)]

    /// - Parameter configured: by patterns of `provider/model`; of those that match, later ones win.
    package init(_ configured: [(target: String, rule: CapabilityRule)] = []) {
        self.configured = configured.map { (Glob($0.target), $0.rule) }
    }

    package func capabilities(of model: any Model) -> Capabilities {
        var capabilities = model.capabilities
        let target = model.target
        if let known = Self.known(target.model) { known.apply(to: &capabilities) }
        let name = "\(target.provider)/\(target.model)"
        for (pattern, rule) in configured where pattern.matches(name) {
            rule.apply(to: &capabilities)
        }
        return capabilities
    }

    /// Gateways put the maker before the name: `openai/gpt-4o`, `models/gemini-2.0-flash`.
    private static func known(_ model: String) -> CapabilityRule? {
        let name = model.split(separator: "/").last.map(String.init) ?? model
        return wellKnown.first { $0.0.matches(name) }?.1
    }

    /// From the makers' own pages of models; the first that matches holds. Only names whose abilities
    /// do not depend on who runs them.
    private static let rules: [(String, CapabilityRule)] = [
        ("gpt-5*", .reasoner(400_000)),
        ("o1-mini*", .reasoner(128_000, tools: false, images: false)),
        ("o1*", .reasoner(200_000)), ("o3-mini*", .reasoner(200_000, images: false)),
        ("o3*", .reasoner(200_000)), ("o4-mini*", .reasoner(200_000)),
        ("gpt-4.1*", .talker(1_047_576)), ("gpt-4o*", .talker(128_000)),
        ("gpt-4.5*", .talker(128_000)),
        ("gpt-4-turbo*", .talker(128_000, jsonSchema: false)),
        ("gpt-4-1106*", .talker(128_000, images: false, jsonSchema: false)),
        ("gpt-4-0125*", .talker(128_000, images: false, jsonSchema: false)),
        ("gpt-4*", .talker(8_192, images: false, jsonSchema: false)),
        ("gpt-3.5-turbo*", .talker(16_385, images: false, jsonSchema: false)),
        ("claude-3-7-*", .reasoner(200_000)), ("claude-3*", .talker(200_000)),
        ("claude-*", .reasoner(200_000)),
        ("gemini-2.5-*", .reasoner(1_048_576)), ("gemini-2.0-*", .talker(1_048_576)),
        ("gemini-1.5-pro*", .talker(2_097_152)), ("gemini-1.5-*", .talker(1_048_576)),
        ("deepseek-reasoner", .reasoner(131_072, images: false)),
        ("deepseek-chat", .talker(131_072, images: false)),
    ]

    private static let wellKnown = rules.map { (Glob($0.0), $0.1) }
}

extension CapabilityRule {
    fileprivate static func reasoner(
        _ window: Int, tools: Bool = true, images: Bool = true
    ) -> CapabilityRule {
        CapabilityRule(
            contextWindowTokens: window, tools: tools, images: images, jsonSchema: true,
            reasoning: true)
    }

    fileprivate static func talker(
        _ window: Int, images: Bool = true, jsonSchema: Bool = true
    ) -> CapabilityRule {
        CapabilityRule(
            contextWindowTokens: window, tools: true, images: images, jsonSchema: jsonSchema,
            reasoning: false)
    }
}
