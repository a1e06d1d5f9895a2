// Written by scripts/proto from grpc/health/v1/health.proto. Change that, not this.

internal import CMessages

/// Asks about everything there is.
package struct HealthListRequest: Sendable, Hashable {
    package init() {}
}

extension HealthListRequest: WireMessage {
    package static var fullName: String { "grpc.health.v1.HealthListRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension HealthListRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__health__v1__health_list_request__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Health__V1__HealthListRequest>) {}

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Health__V1__HealthListRequest>, in arena: inout Arena
    ) {}
}
