// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// The extensions of one message.
package struct ExtensionNumberResponse: Sendable, Hashable {
    /// The full name of the message.
    package var baseTypeName: String
    /// The numbers of their fields.
    package var extensionNumber: [Int32]

    /// Fields left out are absent, zero or empty.
    package init(baseTypeName: String = "", extensionNumber: [Int32] = []) {
        self.baseTypeName = baseTypeName
        self.extensionNumber = extensionNumber
    }
}

extension ExtensionNumberResponse: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ExtensionNumberResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ExtensionNumberResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__extension_number_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ExtensionNumberResponse>) {
        baseTypeName = .init(c.pointee.base_type_name)
        extensionNumber = .init(c.pointee.n_extension_number, c.pointee.extension_number)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ExtensionNumberResponse>,
        in arena: inout Arena
    ) {
        c.pointee.base_type_name = arena.store(baseTypeName)
        (c.pointee.n_extension_number, c.pointee.extension_number) = arena.store(extensionNumber)
    }
}
