// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

/// Why the model stopped.
public enum FinishReason: RawRepresentable, Sendable, Hashable {
    /// The provider did not say.
    case unspecified
    /// It was done, or met a stop sequence.
    case stop
    /// It reached the limit of output tokens or its context window.
    case length
    /// It wants tools to be called.
    case toolCalls
    /// The provider's filter ended the answer.
    case contentFilter
    /// Something this contract has no name for.
    case other
    /// A number this version has no name for, kept as it came.
    case unrecognized(Int32)

    /// The value of a number of the wire.
    public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .stop
        case 2: self = .length
        case 3: self = .toolCalls
        case 4: self = .contentFilter
        case 5: self = .other
        default: self = .unrecognized(rawValue)
        }
    }

    /// Its number on the wire.
    public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .stop: 1
        case .length: 2
        case .toolCalls: 3
        case .contentFilter: 4
        case .other: 5
        case .unrecognized(let number): number
        }
    }
}
