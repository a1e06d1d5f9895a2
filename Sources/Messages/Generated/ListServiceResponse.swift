// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// The services of a server.
package struct ListServiceResponse: Sendable, Hashable {
    /// Each of them, in the order of their names.
    package var service: [ReflectedService]

    /// Fields left out are absent, zero or empty.
    package init(service: [ReflectedService] = []) {
        self.service = service
    }
}

extension ListServiceResponse: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ListServiceResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ListServiceResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__list_service_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ListServiceResponse>) {
        service = .init(c.pointee.n_service, c.pointee.service)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ListServiceResponse>, in arena: inout Arena
    ) {
        (c.pointee.n_service, c.pointee.service) = arena.store(service)
    }
}
