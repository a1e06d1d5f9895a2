// Written by scripts/proto from grpc/health/v1/health.proto. Change that, not this.

internal import CMessages

/// How everything stands.
package struct HealthListResponse: Sendable, Hashable {
    /// By the full name of the service; empty is the server as a whole.
    package var statuses: [String: HealthCheckResponse]

    /// Fields left out are absent, zero or empty.
    package init(statuses: [String: HealthCheckResponse] = [:]) {
        self.statuses = statuses
    }
}

extension HealthListResponse: WireMessage {
    package static var fullName: String { "grpc.health.v1.HealthListResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension HealthListResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__health__v1__health_list_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Health__V1__HealthListResponse>) {
        statuses = .init(c.pointee.n_statuses, c.pointee.statuses)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Health__V1__HealthListResponse>, in arena: inout Arena
    ) {
        (c.pointee.n_statuses, c.pointee.statuses) = arena.store(statuses)
    }
}

extension Grpc__Health__V1__HealthListResponseStatusesEntry: CMessageMapEntry {
    static var empty: HealthCheckResponse { HealthCheckResponse() }

    static var schema: UnsafePointer<WireSchema> {
        grpc__health__v1__health_list_response_statuses_entry__get_schema()
    }
}
