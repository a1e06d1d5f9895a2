// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

/// Whether something went wrong.
package enum OTLPSpanStatusCode: RawRepresentable, Sendable, Hashable {
    /// Nobody has judged.
    case unset
    /// The program itself says that all went well.
    case ok
    /// Something went wrong.
    case error
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    package init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unset
        case 1: self = .ok
        case 2: self = .error
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    package var rawValue: Int32 {
        switch self {
        case .unset: 0
        case .ok: 1
        case .error: 2
        case .unrecognized(let number): number
        }
    }
}
