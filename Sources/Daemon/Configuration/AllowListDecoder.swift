internal import Lanes

/// Reads `callers[].tiers` and `callers[].targets`: which targets a caller may use.
struct AllowListDecoder {
    let tiers: Set<String>
    let providers: [String]

    func decode(
        _ restrictions: [CallersDecoder.Restriction]
    ) -> [CallerMatch: Configuration.AllowedTargets] {
        var allowed: [CallerMatch: Configuration.AllowedTargets] = [:]
        for restriction in restrictions {
            allowed[restriction.match] = Configuration.AllowedTargets(
                tiers: names(restriction.tiers), targets: patterns(restriction.targets))
        }
        return allowed
    }

    private func names(_ value: ConfigurationValue?) -> [String] {
        (value?.elements ?? []).compactMap { element in
            guard let name = element.text else { return nil }
            if tiers.contains(name) { return name }
            let hint =
                NearestKey.of(name, among: Array(tiers)).map { "did you mean \"\($0)\"?" }
                ?? "tiers: \(tiers.isEmpty ? "none" : tiers.sorted().joined(separator: ", "))"
            element.fail("has \(quoted(name)), which is no tier; \(hint)")
            return nil
        }
    }

    private func patterns(_ value: ConfigurationValue?) -> [String] {
        (value?.elements ?? []).compactMap { element in
            guard let text = element.text, TargetPattern.check(text, in: element, providers) else {
                return nil
            }
            return text
        }
    }
}
