internal import Yams

/// A mapping of the file whose keys are known beforehand. Making one reports every key that is
/// not among them.
struct ConfigurationSection<Key: ConfigurationKey> {
    private var values: [Key: ConfigurationValue] = [:]

    /// - Parameter quietly: another reader of the same mapping reports.
    init(_ value: ConfigurationValue, without refused: Set<Key> = [], quietly: Bool = false) {
        let known = Key.allCases.filter { !refused.contains($0) }
        for entry in value.entries {
            if let key = Key(rawValue: entry.name), !refused.contains(key) {
                values[key] = entry.value
            } else if !quietly {
                Self.reportUnknown(entry, under: value, known: known.map(\.rawValue))
            }
        }
    }

    subscript(key: Key) -> ConfigurationValue? {
        values[key]
    }

    private static func reportUnknown(
        _ entry: ConfigurationValue.Entry, under value: ConfigurationValue, known: [String]
    ) {
        value.findings.report(
            "unknown key \(quoted(entry.name))\(place(value)); \(hint(entry.name, known))",
            at: entry.mark)
    }

    private static func place(_ value: ConfigurationValue) -> String {
        value.path.isEmpty ? "" : " under \(value.path)"
    }

    private static func hint(_ name: String, _ known: [String]) -> String {
        NearestKey.of(name, among: known).map { "did you mean \"\($0)\"?" }
            ?? "known keys: \(known.sorted().joined(separator: ", "))"
    }
}
