import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import GRPCProtobuf
import NIOPosix

/// The bare echo in grpc-swift-2: one event loop, its simplest service protocol, nothing behind it.
///
/// `grpc-swift-echo SOCKET STREAM_MESSAGES`
@main
struct Echo {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let messages = Int(arguments[2]) else {
            print("usage: grpc-swift-echo SOCKET STREAM_MESSAGES")
            exit(2)
        }
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .unixDomainSocket(path: arguments[1]), transportSecurity: .plaintext,
                eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            services: [EchoService(messages: messages)])
        try await server.serve()
    }
}

/// Generate says the last message back; Stream says it so many times, one message a write.
struct EchoService: Laneway_V1_Laneway.SimpleServiceProtocol {
    let messages: Int

    func generate(
        request: Laneway_V1_GenerateRequest, context: ServerContext
    ) async throws -> Laneway_V1_GenerateResponse {
        var part = Laneway_V1_Part()
        part.text.text = request.lastText
        var response = Laneway_V1_GenerateResponse()
        response.message.role = .assistant
        response.message.parts = [part]
        response.finishReason = .stop
        return response
    }

    func stream(
        request: Laneway_V1_GenerateRequest, response: RPCWriter<Laneway_V1_StreamResponse>,
        context: ServerContext
    ) async throws {
        var chunk = Laneway_V1_StreamResponse()
        chunk.text = request.lastText
        for _ in 0..<messages { try await response.write(chunk) }
        var finish = Laneway_V1_StreamResponse()
        finish.finish.finishReason = .stop
        try await response.write(finish)
    }

    func cancel(
        request: Laneway_V1_CancelRequest, context: ServerContext
    ) async throws -> Laneway_V1_CancelResponse {
        Laneway_V1_CancelResponse()
    }
}

extension Laneway_V1_GenerateRequest {
    fileprivate var lastText: String { messages.last?.parts.last?.text.text ?? "" }
}
