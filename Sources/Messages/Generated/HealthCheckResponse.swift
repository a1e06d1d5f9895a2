// Written by scripts/proto from grpc/health/v1/health.proto. Change that, not this.

internal import CMessages

/// How it stands.
package struct HealthCheckResponse: Sendable, Hashable {
    /// Whether calls are taken now.
    package var status: ServingStatus

    /// Fields left out are absent, zero or empty.
    package init(status: ServingStatus = .unknown) {
        self.status = status
    }

    /// Whether calls are taken.
    package enum ServingStatus: RawRepresentable, Sendable, Hashable {
        /// Not known yet.
        case unknown
        /// Calls are taken.
        case serving
        /// Calls are refused.
        case notServing
        /// There is no such service. Only Watch says so.
        case serviceUnknown
        /// A number this version has no name for, kept as it came.
        case unrecognized(Int32)

        /// The value of a number of the wire.
        package init(rawValue: Int32) {
            switch rawValue {
            case 0: self = .unknown
            case 1: self = .serving
            case 2: self = .notServing
            case 3: self = .serviceUnknown
            default: self = .unrecognized(rawValue)
            }
        }

        /// Its number on the wire.
        package var rawValue: Int32 {
            switch self {
            case .unknown: 0
            case .serving: 1
            case .notServing: 2
            case .serviceUnknown: 3
            case .unrecognized(let number): number
            }
        }
    }
}

extension HealthCheckResponse: WireMessage {
    package static var fullName: String { "grpc.health.v1.HealthCheckResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension HealthCheckResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__health__v1__health_check_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Health__V1__HealthCheckResponse>) {
        status = .init(rawValue: c.pointee.status)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckResponse>, in arena: inout Arena
    ) {
        c.pointee.status = status.rawValue
    }
}
