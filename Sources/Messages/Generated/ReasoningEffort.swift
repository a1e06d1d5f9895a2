// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

/// How hard a reasoning model should think.
public enum ReasoningEffort: RawRepresentable, Sendable, Hashable {
    /// Whatever the target or the provider says.
    case unspecified
    /// As little as the provider allows.
    case minimal
    /// Little.
    case low
    /// Middling.
    case medium
    /// As much as the provider allows.
    case high
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .minimal
        case 2: self = .low
        case 3: self = .medium
        case 4: self = .high
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .minimal: 1
        case .low: 2
        case .medium: 3
        case .high: 4
        case .unrecognized(let number): number
        }
    }
}
