// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

/// Who a message is from.
public enum Role: RawRepresentable, Sendable, Hashable {
    /// Not set: refused as INVALID_ARGUMENT.
    case unspecified
    /// Instructions to the model.
    case system
    /// The user's turn.
    case user
    /// The model's turn.
    case assistant
    /// The result of a tool the model called.
    case tool
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .system
        case 2: self = .user
        case 3: self = .assistant
        case 4: self = .tool
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .system: 1
        case .user: 2
        case .assistant: 3
        case .tool: 4
        case .unrecognized(let number): number
        }
    }
}
