internal import Models

/// Reads `providers.NAME.models`: what the file says of single models.
struct CapabilityDecoder {
    private static let windowRange = 1...100_000_000

    /// In the order of the file: of those that match a model, later ones win.
    private(set) var capabilities: [Configuration.ModelCapabilities] = []

    mutating func read(_ value: ConfigurationValue, of provider: String) {
        for entry in value.entries {
            guard check(entry) else { continue }
            let section = ConfigurationSection<CapabilityKey>(entry.value)
            let rule = CapabilityRule(
                contextWindowTokens: section[.contextWindow]?.whole(in: Self.windowRange),
                tools: section[.tools]?.flag, images: section[.images]?.flag,
                jsonSchema: section[.jsonSchema]?.flag, reasoning: section[.reasoning]?.flag)
            if rule == CapabilityRule() {
                entry.value.fail(
                    "says nothing of the model; give it a context_window, or tools, images, "
                        + "json_schema or reasoning as true or false")
            }
            capabilities.append(
                Configuration.ModelCapabilities(pattern: "\(provider)/\(entry.name)", rule: rule))
        }
    }

    private func check(_ entry: ConfigurationValue.Entry) -> Bool {
        let name = entry.name
        if !name.isEmpty, name.utf8.count <= 256,
            !name.contains(where: { $0.isControl || $0.isWhitespace })
        {
            return true
        }
        entry.value.findings.report(
            "\(entry.value.path) is no model's name; write one, or a pattern where * stands for any "
                + "text", at: entry.mark)
        return false
    }
}
