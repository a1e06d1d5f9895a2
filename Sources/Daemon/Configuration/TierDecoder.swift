internal import Models

/// Reads `model.tier`: names for chains of targets.
struct TierDecoder {
    /// What a call takes as its model; a longer chain could never be asked for.
    private static let targetsMax = CallLimits().chainTargetsMax

    let providers: [String]

    func decode(_ model: ConfigurationValue) -> [String: [Target]] {
        let entries = ConfigurationSection<ModelKey>(model)[.tier]?.entries ?? []
        let names = Set(entries.map(\.name))
        var tiers: [String: [Target]] = [:]
        for entry in entries where entry.isName {
            tiers[entry.name] = chain(entry.value, tiers: names)
        }
        return tiers
    }

    /// Reads `model.fail_over_on_content_policy`: names of tiers.
    func policyTiers(
        _ model: ConfigurationValue, among tiers: some Sequence<String>
    ) -> Set<String> {
        let section = ConfigurationSection<ModelKey>(model, quietly: true)
        let known = Array(tiers)
        return Set(
            (section[.policyTiers]?.elements ?? []).compactMap { element in
                guard let name = element.text else { return nil }
                if known.contains(name) { return name }
                element.fail("has \(quoted(name)), which is no tier of this file (model.tier)")
                return nil
            })
    }

    private func chain(_ value: ConfigurationValue, tiers: Set<String>) -> [Target] {
        guard let text = value.isNull ? "" : value.text else { return [] }
        if text.allSatisfy(\.isWhitespace) {
            value.fail("is an empty chain; write targets such as openai/gpt-4o, builtin/echo")
            return []
        }
        var chain: [Target] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let target = target(trimmed(piece), in: value, tiers: tiers) else { continue }
            if chain.contains(target) {
                value.fail("names the target \(target) twice; keep one of them")
            } else {
                chain.append(target)
            }
        }
        if chain.count > Self.targetsMax {
            value.fail("has \(chain.count) targets; it takes up to \(Self.targetsMax)")
        }
        return chain
    }

    private func target(_ text: String, in value: ConfigurationValue, tiers: Set<String>) -> Target?
    {
        if text.isEmpty {
            value.fail("has an empty target: two commas in a row, or one at an end")
        } else if tiers.contains(withoutEffort(text)) {
            value.fail(
                "holds the tier \(quoted(text)); a tier takes targets only, so write its out")
        } else if text.contains(where: { $0.isControl || $0.isWhitespace }) {
            value.fail("has the target \(quoted(text)); targets have no spaces and part at commas")
        } else if let target = Target(text) {
            if providers.contains(target.provider) { return target }
            value.fail(
                "names \(quoted(text)): \(unknownProvider(target.provider, among: providers))")
        } else {
            value.fail("has \(quoted(text)); a target is provider/model or provider/model:effort")
        }
        return nil
    }

    /// `fast:high` holds the tier `fast` as much as `fast` does.
    private func withoutEffort(_ text: String) -> String {
        guard let colon = text.lastIndex(of: ":") else { return text }
        let effort = ReasoningEffort(rawValue: String(text[text.index(after: colon)...]))
        return effort == nil ? text : String(text[..<colon])
    }

    private func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
