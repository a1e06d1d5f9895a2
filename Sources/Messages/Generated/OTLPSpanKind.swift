// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

/// Which end of a request a span was.
package enum OTLPSpanKind: RawRepresentable, Sendable, Hashable {
    /// Not said; read as OTLP_SPAN_KIND_INTERNAL.
    case unspecified
    /// Neither: work inside the program.
    case `internal`
    /// It answered somebody's request.
    case server
    /// It waited for somebody's answer.
    case client
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    package init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .internal
        case 2: self = .server
        case 3: self = .client
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    package var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .internal: 1
        case .server: 2
        case .client: 3
        case .unrecognized(let number): number
        }
    }
}
