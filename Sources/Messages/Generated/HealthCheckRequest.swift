// Written by scripts/proto from grpc/health/v1/health.proto. Change that, not this.

internal import CMessages

/// Whom a client asks about.
package struct HealthCheckRequest: Sendable, Hashable {
    /// The full name of a service; empty for the server as a whole.
    package var service: String

    /// Fields left out are absent, zero or empty.
    package init(service: String = "") {
        self.service = service
    }
}

extension HealthCheckRequest: WireMessage {
    package static var fullName: String { "grpc.health.v1.HealthCheckRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension HealthCheckRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__health__v1__health_check_request__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Health__V1__HealthCheckRequest>) {
        service = .init(c.pointee.service)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckRequest>, in arena: inout Arena
    ) {
        c.pointee.service = arena.store(service)
    }
}
