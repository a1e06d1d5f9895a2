/// Reads what clients write as `model`: a tier (`fast`, `fast:high`), a target, or a
/// comma-separated chain of targets. Pure; knows names, not models.
package struct ModelNames: Sendable {
    package let tiers: [String: String]
    /// For messages.
    let providers: [String]
    let limits: CallLimits

    package init(tiers: [String: String], providers: [String], limits: CallLimits) {
        self.tiers = tiers
        self.providers = providers
        self.limits = limits
    }

    /// - Throws: BAD_REQUEST for a name that cannot be read, UNKNOWN_MODEL for one that stands
    ///   for nothing. Whether the providers of the targets exist is not asked here.
    package func targets(of name: String) throws(Refusal) -> [Target] {
        let bytes = name.utf8.count
        if bytes == 0 { throw .bad("model is empty; name a tier, provider/model or a chain") }
        if bytes > limits.modelNameBytesMax {
            throw .bad(
                """
                model is \(bytes.shown) bytes; the limit is \
                \(limits.modelNameBytesMax.shown)
                """)
        }
        if let chain = tiers[name] { return try read(chain, askedFor: name) }
        if let (chain, effort) = tierWithEffort(name) {
            // A target's own effort wins over the one asked of the whole tier.
            var targets: [Target] = []
            for target in try read(chain, askedFor: name) {
                let asked = Target(
                    provider: target.provider, model: target.model,
                    effort: target.effort ?? effort)
                // `a/m, a/m:high` asked for as `fast:high` is one target.
                if !targets.contains(asked) { targets.append(asked) }
            }
            return targets
        }
        return try read(name, askedFor: name)
    }

    /// The tier that a name is, with an effort or without; nil where it is none.
    func tier(of name: String) -> String? {
        if tiers[name] != nil { return name }
        guard tierWithEffort(name) != nil, let colon = name.lastIndex(of: ":") else { return nil }
        return String(name[..<colon])
    }

    private func tierWithEffort(_ name: String) -> (chain: String, effort: ReasoningEffort)? {
        guard let colon = name.lastIndex(of: ":"),
            let effort = ReasoningEffort(rawValue: String(name[name.index(after: colon)...])),
            let chain = tiers[String(name[..<colon])]
        else { return nil }
        return (chain, effort)
    }

    private func read(_ chain: String, askedFor name: String) throws(Refusal) -> [Target] {
        let parts = chain.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count > limits.chainTargetsMax {
            throw .bad(
                """
                model `\(name.brief)` is a chain of \(parts.count.shown) targets; the limit is \
                \(limits.chainTargetsMax.shown)
                """)
        }
        var targets: [Target] = []
        for part in parts {
            let target = try self.target(part.trimmed, askedFor: name)
            if targets.contains(target) {
                throw .bad(
                    "model `\(name.brief)` holds `\(target.description.brief)` twice; "
                        + "a chain tries it once")
            }
            targets.append(target)
        }
        return targets
    }

    private func target(_ text: Substring, askedFor name: String) throws(Refusal) -> Target {
        if let target = Target(text) { return target }
        if text.isEmpty { throw .bad("model `\(name.brief)` has an empty place in its chain") }
        if tiers[String(text)] != nil {
            throw .bad(
                "model `\(name.brief)` has the tier `\(text)` in a chain; a chain holds targets")
        }
        if text.contains("/") {
            throw .bad(
                "model `\(name.brief)` has `\(String(text).brief)`, which is not provider/model")
        }
        throw unknown("tier \(String(text).brief)", askedFor: name)
    }

    /// UNKNOWN_MODEL, with the names there are, as far as they fit.
    func unknown(_ what: String, askedFor name: String) -> Refusal {
        var message = "no \(what)"
        if !what.hasSuffix(name) { message += " (asked for: \(name.brief))" }
        message += "; tiers: \(listed(tiers.keys.sorted())); providers: \(listed(providers))"
        return Refusal(.unknownModel, message)
    }

    private func listed(_ names: [String]) -> String {
        if names.isEmpty { return "none" }
        let shown = names.prefix(10).map(\.brief).joined(separator: ", ")
        return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
