import Messages
import Testing

@testable import Daemon

struct ReflectionTests {
    private static let described: [DescribedFile] = [
        DescribedFile(name: "base.proto", messages: ["x.Base"], descriptor: [1]),
        DescribedFile(name: "left.proto", imports: ["base.proto"], descriptor: [2]),
        DescribedFile(name: "right.proto", imports: ["base.proto"], descriptor: [3]),
        DescribedFile(
            name: "top.proto", imports: ["left.proto", "right.proto"], services: ["x.S"],
            messages: ["x.M"], members: ["x.S.Call", "x.M.field"], descriptor: [4]),
    ]
    private let service = ReflectionService(
        index: ReflectionIndex(Self.described), book: HealthBook(), callIDs: CallIDs())

    private func answer(
        _ question: ServerReflectionRequest.MessageRequest?
    ) -> ServerReflectionResponse.MessageResponse? {
        let request = ServerReflectionRequest(host: "h", messageRequest: question)
        let response = service.response(to: request)
        #expect(response.originalRequest == request)
        #expect(response.validHost == "h")
        return response.messageResponse
    }

    private func files(_ bytes: UInt8...) -> ServerReflectionResponse.MessageResponse {
        .fileDescriptorResponse(FileDescriptorResponse(fileDescriptorProto: bytes.map { [$0] }))
    }

    private func error(
        _ question: ServerReflectionRequest.MessageRequest?
    ) -> ReflectionErrorResponse? {
        guard case .errorResponse(let error)? = answer(question) else { return nil }
        return error
    }

    @Test func `a file comes first and all it needs after it, each once`() {
        #expect(answer(.fileByFilename("top.proto")) == files(4, 2, 3, 1))
        #expect(answer(.fileByFilename("base.proto")) == files(1))
    }

    @Test(arguments: ["x.S", "x.M", "x.S.Call", "x.M.field"])
    func `whatever a file declares leads to it`(name: String) {
        #expect(answer(.fileContainingSymbol(name)) == files(4, 2, 3, 1))
    }

    @Test func `what does not exist is not found, by name`() {
        let questions: [(ServerReflectionRequest.MessageRequest, String)] = [
            (.fileByFilename("no.proto"), "no.proto"), (.fileContainingSymbol("x.No"), "x.No"),
            (.fileContainingExtension(ExtensionRequest(containingType: "x.M")), "x.M"),
            (.allExtensionNumbersOfType("x.S"), "x.S"),
        ]
        for (question, name) in questions {
            #expect(error(question)?.errorCode == 5)
            #expect(error(question)?.errorMessage.contains(name) == true)
        }
    }

    @Test func `a message has no extensions`() {
        let none = ExtensionNumberResponse(baseTypeName: "x.M")
        #expect(answer(.allExtensionNumbersOfType("x.M")) == .allExtensionNumbersResponse(none))
    }

    @Test func `a question that asks nothing is refused`() {
        #expect(error(nil)?.errorCode == 3)
    }

    @Test func `the daemon describes its contract and nothing internal`() {
        let all = DescribedFile.all
        #expect(all.map(\.name).contains("laneway/v1/laneway.proto"))
        for file in all {
            #expect(!file.name.contains("internal"))
            #expect(!file.imports.contains { $0.contains("internal") })
            #expect(!file.descriptor.isEmpty)
        }
        #expect(Set(all.map(\.name)).isSuperset(of: all.flatMap(\.imports)))
        #expect(
            ReflectionIndex(all).services == [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection", "laneway.v1.LaneAdmin",
                "laneway.v1.Laneway", "laneway.v1.Models",
            ])
    }
}
