internal import Lanes

/// Reads `lanes` and `lane_defaults`.
struct LaneDecoder {
    let providers: [String]
    let weights: [CallerMatch: Double]

    private static let waitRange: ClosedRange<Duration> = .zero...(.seconds(24 * 3600))

    /// What a lane is where nothing is said of it.
    var usual: LaneSettings { LaneSettings(weights: weights) }

    func defaults(_ value: ConfigurationValue) -> LaneSettings {
        var settings = usual
        // Patterns belong to one lane; a default for them could match anything twice.
        read(ConfigurationSection<LaneKey>(value, without: [.match]), into: &settings)
        return settings
    }

    func rules(_ value: ConfigurationValue, defaults: LaneSettings) -> [LaneRule] {
        var owners: [String: String] = [:]
        var rules: [LaneRule] = []
        for entry in value.entries where entry.isName {
            let section = ConfigurationSection<LaneKey>(entry.value)
            var settings = defaults
            read(section, into: &settings)
            let patterns = patterns(of: entry, section, owners: &owners)
            rules.append(LaneRule(name: entry.name, patterns: patterns, settings: settings))
        }
        return rules
    }

    private func read(_ section: ConfigurationSection<LaneKey>, into settings: inout LaneSettings) {
        if let value = section[.concurrency]?.whole(in: LaneBounds.concurrency) {
            settings.concurrency = value
        }
        if let value = section[.queueDepthMax]?.whole(in: LaneBounds.queueDepth) {
            settings.queueDepthMax = value
        }
        if let value = section[.queueBytesMax]?.bytes(in: LaneBounds.queueBytes) {
            settings.queueBytesMax = value
        }
        if let value = section[.queueWaitMax]?.duration(in: Self.waitRange) {
            settings.queueWaitMax = value
        }
        if let value: LaneCost = section[.cost]?.word() { settings.cost = value }
        if let value = section[.adaptive]?.flag { settings.adaptive = value }
        if let value: Hold = section[.hold]?.word() { settings.hold = value }
        if let value: OnDisconnect = section[.onDisconnect]?.word() {
            settings.onDisconnect = value
        }
        if let value = section[.maxOpenStreams]?.whole(in: LaneBounds.openStreams) {
            settings.maxOpenStreams = value
        }
    }

    /// Without patterns a lane has the targets of the provider it is named after.
    private func patterns(
        of entry: ConfigurationValue.Entry, _ section: ConfigurationSection<LaneKey>,
        owners: inout [String: String]
    ) -> [String] {
        guard let match = section[.match] else {
            if !providers.contains(entry.name) {
                entry.value.findings.report(
                    "\(entry.value.path) has no match and there is no provider of its name, so "
                        + "nothing would use it; add match: [\"provider/*\"]", at: entry.mark)
            }
            return []
        }
        guard let elements = match.elements else { return [] }
        if elements.isEmpty {
            match.fail("is empty; name targets such as [\"openai/*\"], or take the key out")
        }
        return elements.compactMap { element in
            guard let text = element.text, TargetPattern.check(text, in: element, providers) else {
                return nil
            }
            if let owner = owners[text] {
                element.fail("has \(quoted(text)), which lane \(owner) has already")
                return nil
            }
            owners[text] = entry.name
            return text
        }
    }
}

func unknownProvider(_ name: String, among providers: [String]) -> String {
    let hint =
        NearestKey.of(name, among: providers).map { "did you mean \"\($0)\"?" }
        ?? "known providers: \(providers.sorted().joined(separator: ", "))"
    return "there is no provider \(quoted(name)); \(hint)"
}
