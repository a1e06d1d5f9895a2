// Written by scripts/proto from laneway/v1/call_info.proto. Change that, not this.

/// The part of its life a call was in when it ended.
public enum Phase: RawRepresentable, Sendable, Hashable {
    /// Not set. Never sent by the daemon.
    case unspecified
    /// Before any attempt ran: checked, or waiting in a lane for a slot.
    case queue
    /// An attempt ran but its first chunk had not arrived from upstream.
    case establish
    /// A Generate was running upstream.
    case execute
    /// A Stream was established and was delivering chunks.
    case stream
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .queue
        case 2: self = .establish
        case 3: self = .execute
        case 4: self = .stream
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .queue: 1
        case .establish: 2
        case .execute: 3
        case .stream: 4
        case .unrecognized(let number): number
        }
    }
}
