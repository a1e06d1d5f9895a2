/// How urgent a call is. The smaller goes first.
package enum Priority: Int, Sendable, Comparable, CaseIterable {
    case system, interactive
    /// `default` on the wire, which is no name for a Swift case.
    case normal
    case batch

    /// The name used in proto, configuration, logs and metrics.
    package var wireName: String {
        switch self {
        case .system: "system"
        case .interactive: "interactive"
        case .normal: "default"
        case .batch: "batch"
        }
    }

    package init?(wireName: String) {
        guard let match = Self.allCases.first(where: { $0.wireName == wireName }) else {
            return nil
        }
        self = match
    }

    package static func < (one: Priority, other: Priority) -> Bool {
        one.rawValue < other.rawValue
    }
}
