// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// Why a question has no answer.
package struct ReflectionErrorResponse: Sendable, Hashable {
    /// A status code of gRPC.
    package var errorCode: Int32
    /// What was wrong, for people.
    package var errorMessage: String

    /// Fields left out are absent, zero or empty.
    package init(errorCode: Int32 = 0, errorMessage: String = "") {
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }
}

extension ReflectionErrorResponse: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ErrorResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ReflectionErrorResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__error_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ErrorResponse>) {
        errorCode = c.pointee.error_code
        errorMessage = .init(c.pointee.error_message)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ErrorResponse>, in arena: inout Arena
    ) {
        c.pointee.error_code = errorCode
        c.pointee.error_message = arena.store(errorMessage)
    }
}
