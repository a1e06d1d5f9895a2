import Messages

/// What probes and tools ask and are told.
extension Samples {
    static let health = [
        Samples(HealthCheckRequest(service: awkward)),
        Samples(
            HealthCheckResponse(status: .serving), HealthCheckResponse(status: .unrecognized(9))),
        Samples(HealthListRequest()),
        Samples(
            HealthListResponse(statuses: [
                "": HealthCheckResponse(status: .notServing), awkward: HealthCheckResponse(),
            ])),
    ]

    static let reflection = [
        Samples(
            question(.fileByFilename("a/b.proto")), question(.fileContainingSymbol(awkward)),
            question(.fileContainingExtension(fieldExtension)),
            question(.allExtensionNumbersOfType("a.B")), question(.listServices("*"))),
        Samples(fieldExtension),
        Samples(
            answer(.fileDescriptorResponse(files)), answer(.allExtensionNumbersResponse(numbers)),
            answer(.listServicesResponse(services)), answer(.errorResponse(failure))),
        Samples(files, FileDescriptorResponse()),
        Samples(numbers, ExtensionNumberResponse()),
        Samples(services),
        Samples(ReflectedService(name: awkward)),
        Samples(failure),
    ]

    private static let fieldExtension = ExtensionRequest(
        containingType: awkward, extensionNumber: .min)
    private static let files = FileDescriptorResponse(fileDescriptorProto: [[0, 255], [], [1]])
    private static let numbers = ExtensionNumberResponse(
        baseTypeName: awkward, extensionNumber: [0, 1, 536_870_911, -1, .min, .max])
    private static let services = ListServiceResponse(
        service: [ReflectedService(name: "a.B"), ReflectedService()])
    private static let failure = ReflectionErrorResponse(errorCode: 5, errorMessage: awkward)

    private static func question(
        _ question: ServerReflectionRequest.MessageRequest
    ) -> ServerReflectionRequest {
        ServerReflectionRequest(host: "h", messageRequest: question)
    }

    private static func answer(
        _ answer: ServerReflectionResponse.MessageResponse
    ) -> ServerReflectionResponse {
        ServerReflectionResponse(
            validHost: "h", originalRequest: question(.listServices("")), messageResponse: answer)
    }
}
