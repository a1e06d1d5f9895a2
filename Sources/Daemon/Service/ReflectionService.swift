internal import Messages
internal import Models
internal import RPC

/// `grpc.reflection.v1.ServerReflection` and its older name: gives tools the services of the daemon
/// and the files that describe them.
struct ReflectionService: Sendable {
    let index: ReflectionIndex
    let book: HealthBook
    let callIDs: CallIDs

    // One set of messages for both: on the wire v1alpha is v1.
    var methods: [any Method] {
        ["v1", "v1alpha"].map { version in
            TypedMethod<ServerReflectionRequest, ServerReflectionResponse>(
                "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo",
                .bidirectional { requests, writer, context throws(RPCFailure) in
                    try await answer(requests, to: writer, context)
                })
        }
    }

    // Tools keep such a stream as long as they run; a daemon that stops does not wait for them.
    private func answer(
        _ requests: RequestReader<ServerReflectionRequest>,
        to writer: ResponseWriter<ServerReflectionResponse>, _ context: CallContext
    ) async throws(RPCFailure) {
        let stream = book.whenEnded { context.stopHandler() }
        defer { book.forget(stream) }
        do throws(RPCFailure) {
            while let request = try await requests.next() {
                try await writer.write(response(to: request))
            }
        } catch {
            guard book.phase == .ended, context.interruption == nil else { throw error }
            throw RPCFailure(.shuttingDown, context, callID: callIDs.next)
        }
    }

    /// A question that has no answer does not end the stream.
    func response(to request: ServerReflectionRequest) -> ServerReflectionResponse {
        ServerReflectionResponse(
            validHost: request.host, originalRequest: request,
            messageResponse: answer(to: request.messageRequest))
    }

    private func answer(
        to question: ServerReflectionRequest.MessageRequest?
    ) -> ServerReflectionResponse.MessageResponse {
        switch question {
        case .fileByFilename(let name):
            files(index.descriptors(of: name), or: "there is no file \(shown(name))")
        case .fileContainingSymbol(let name):
            files(index.descriptors(declaring: name), or: "nothing is named \(shown(name))")
        case .fileContainingExtension(let wanted):
            .errorResponse(notFound("\(shown(wanted.containingType)) has no extensions"))
        case .allExtensionNumbersOfType(let name): extensions(of: name)
        case .listServices:
            .listServicesResponse(
                ListServiceResponse(service: index.services.map { ReflectedService(name: $0) }))
        case nil:
            .errorResponse(
                ReflectionErrorResponse(
                    errorCode: StatusCode.invalidArgument.rawValue,
                    errorMessage: "the request asks nothing; set one of message_request"))
        }
    }

    private func files(
        _ descriptors: [[UInt8]]?, or problem: String
    ) -> ServerReflectionResponse.MessageResponse {
        guard let descriptors else { return .errorResponse(notFound(problem)) }
        return .fileDescriptorResponse(FileDescriptorResponse(fileDescriptorProto: descriptors))
    }

    // All our files are proto3, whose messages cannot be extended.
    private func extensions(of name: String) -> ServerReflectionResponse.MessageResponse {
        index.isMessage(name)
            ? .allExtensionNumbersResponse(ExtensionNumberResponse(baseTypeName: name))
            : .errorResponse(notFound("there is no message \(shown(name))"))
    }

    private func notFound(_ problem: String) -> ReflectionErrorResponse {
        ReflectionErrorResponse(
            errorCode: StatusCode.notFound.rawValue,
            errorMessage: "\(problem); list_services says what there is")
    }

    private func shown(_ name: String) -> String { quoted(name.prefix(utf8Bytes: 100)) }
}
