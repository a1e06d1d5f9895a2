// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// One answer.
package struct ServerReflectionResponse: Sendable, Hashable {
    /// The host of the question.
    package var validHost: String
    /// The question.
    package var originalRequest: ServerReflectionRequest?
    /// What is answered.
    package var messageResponse: MessageResponse?

    /// Fields left out are absent, zero or empty.
    package init(
        validHost: String = "", originalRequest: ServerReflectionRequest? = nil,
        messageResponse: MessageResponse? = nil
    ) {
        self.validHost = validHost
        self.originalRequest = originalRequest
        self.messageResponse = messageResponse
    }

    /// What is answered.
    package enum MessageResponse: Sendable, Hashable {
        /// The file that was asked for, and those it needs.
        case fileDescriptorResponse(FileDescriptorResponse)
        /// The extensions of a message.
        case allExtensionNumbersResponse(ExtensionNumberResponse)
        /// The services.
        indirect case listServicesResponse(ListServiceResponse)
        /// Why there is no answer.
        case errorResponse(ReflectionErrorResponse)
    }
}

extension ServerReflectionResponse: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ServerReflectionResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ServerReflectionResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__server_reflection_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ServerReflectionResponse>) {
        validHost = .init(c.pointee.valid_host)
        originalRequest = c.pointee.original_request.map { .init($0) }
        switch c.pointee.message_response_case {
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE:
            messageResponse = c.pointee.file_descriptor_response.map {
                .fileDescriptorResponse(.init($0))
            }
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE:
            messageResponse = c.pointee.all_extension_numbers_response.map {
                .allExtensionNumbersResponse(.init($0))
            }
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE:
            messageResponse = c.pointee.list_services_response.map {
                .listServicesResponse(.init($0))
            }
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE:
            messageResponse = c.pointee.error_response.map { .errorResponse(.init($0)) }
        default: messageResponse = nil
        }
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionResponse>,
        in arena: inout Arena
    ) {
        c.pointee.valid_host = arena.store(validHost)
        c.pointee.original_request = arena.store(originalRequest)
        switch messageResponse {
        case .fileDescriptorResponse(let value)?:
            c.pointee.message_response_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE
            c.pointee.file_descriptor_response = arena.store(value)
        case .allExtensionNumbersResponse(let value)?:
            c.pointee.message_response_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE
            c.pointee.all_extension_numbers_response = arena.store(value)
        case .listServicesResponse(let value)?:
            c.pointee.message_response_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE
            c.pointee.list_services_response = arena.store(value)
        case .errorResponse(let value)?:
            c.pointee.message_response_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE
            c.pointee.error_response = arena.store(value)
        case nil: break
        }
    }
}
