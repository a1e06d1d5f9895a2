// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// One service.
package struct ReflectedService: Sendable, Hashable {
    /// Its full name.
    package var name: String

    /// Fields left out are absent, zero or empty.
    package init(name: String = "") {
        self.name = name
    }
}

extension ReflectedService: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ServiceResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ReflectedService: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__service_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ServiceResponse>) {
        name = .init(c.pointee.name)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ServiceResponse>, in arena: inout Arena
    ) {
        c.pointee.name = arena.store(name)
    }
}
