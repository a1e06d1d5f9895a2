// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// Names one extension of a proto2 message.
package struct ExtensionRequest: Sendable, Hashable {
    /// The full name of the message that is extended.
    package var containingType: String
    /// The number of the field.
    package var extensionNumber: Int32

    /// Fields left out are absent, zero or empty.
    package init(containingType: String = "", extensionNumber: Int32 = 0) {
        self.containingType = containingType
        self.extensionNumber = extensionNumber
    }
}

extension ExtensionRequest: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ExtensionRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ExtensionRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__extension_request__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ExtensionRequest>) {
        containingType = .init(c.pointee.containing_type)
        extensionNumber = c.pointee.extension_number
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ExtensionRequest>, in arena: inout Arena
    ) {
        c.pointee.containing_type = arena.store(containingType)
        c.pointee.extension_number = extensionNumber
    }
}
