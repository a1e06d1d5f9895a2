// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// One question.
package struct ServerReflectionRequest: Sendable, Hashable {
    /// The host the client means; repeated in the answer.
    package var host: String
    /// What is asked.
    package var messageRequest: MessageRequest?

    /// Fields left out are absent, zero or empty.
    package init(host: String = "", messageRequest: MessageRequest? = nil) {
        self.host = host
        self.messageRequest = messageRequest
    }

    /// What is asked.
    package enum MessageRequest: Sendable, Hashable {
        /// The file of this name, as imports name it.
        case fileByFilename(String)
        /// The file that declares this full name: a service, a method, a message, an
        /// enum, or a member of one.
        case fileContainingSymbol(String)
        /// The file that declares this extension.
        case fileContainingExtension(ExtensionRequest)
        /// The numbers of all extensions of the message with this full name.
        case allExtensionNumbersOfType(String)
        /// The names of all services; what it holds does not matter.
        case listServices(String)
    }
}

extension ServerReflectionRequest: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.ServerReflectionRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ServerReflectionRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__server_reflection_request__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__ServerReflectionRequest>) {
        host = .init(c.pointee.host)
        switch c.pointee.message_request_case {
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
            messageRequest = .fileByFilename(.init(c.pointee.file_by_filename))
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
            messageRequest = .fileContainingSymbol(.init(c.pointee.file_containing_symbol))
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
            messageRequest = c.pointee.file_containing_extension.map {
                .fileContainingExtension(.init($0))
            }
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE:
            messageRequest = .allExtensionNumbersOfType(
                .init(c.pointee.all_extension_numbers_of_type))
        case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
            messageRequest = .listServices(.init(c.pointee.list_services))
        default: messageRequest = nil
        }
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionRequest>,
        in arena: inout Arena
    ) {
        c.pointee.host = arena.store(host)
        switch messageRequest {
        case .fileByFilename(let value)?:
            c.pointee.message_request_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME
            c.pointee.file_by_filename = arena.store(value)
        case .fileContainingSymbol(let value)?:
            c.pointee.message_request_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL
            c.pointee.file_containing_symbol = arena.store(value)
        case .fileContainingExtension(let value)?:
            c.pointee.message_request_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION
            c.pointee.file_containing_extension = arena.store(value)
        case .allExtensionNumbersOfType(let value)?:
            c.pointee.message_request_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE
            c.pointee.all_extension_numbers_of_type = arena.store(value)
        case .listServices(let value)?:
            c.pointee.message_request_case =
                GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES
            c.pointee.list_services = arena.store(value)
        case nil: break
        }
    }
}
