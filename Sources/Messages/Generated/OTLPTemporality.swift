// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

/// What stretch of time a point is about.
package enum OTLPTemporality: RawRepresentable, Sendable, Hashable {
    /// Not said, which is an error.
    case unspecified
    /// Since the report before.
    case delta
    /// Since one fixed start.
    case cumulative
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    package init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .delta
        case 2: self = .cumulative
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    package var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .delta: 1
        case .cumulative: 2
        case .unrecognized(let number): number
        }
    }
}
