// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

/// Strict between bands; nothing starves, because waiting calls age upwards.
public enum Priority: RawRepresentable, Sendable, Hashable {
    /// The same as PRIORITY_DEFAULT.
    case unspecified
    /// The host's own needs.
    case system
    /// A person is waiting.
    case interactive
    /// Ordinary work.
    case `default`
    /// Work that may wait for all the rest.
    case batch
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .system
        case 2: self = .interactive
        case 3: self = .default
        case 4: self = .batch
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .system: 1
        case .interactive: 2
        case .default: 3
        case .batch: 4
        case .unrecognized(let number): number
        }
    }
}
