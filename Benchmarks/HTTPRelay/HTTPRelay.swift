import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Providers

/// The least gateway that can be made of NIO's HTTP server and the daemon's HTTP client, set up as
/// the daemon does: it copies a request's body and its answer. So it says how much of what a relayed
/// call costs the libraries take, whatever stands between them.
@main
enum HTTPRelay {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 3, let port = Int(words[2]) else {
            print("usage: HTTPRelay SOCKET UPSTREAM_PORT")
            exit(64)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = makeUpstreamClient(on: group)
        let upstream = try HTTPClient.Request(
            url: "http://127.0.0.1:\(port)/v1/chat/completions", method: .POST,
            headers: ["content-type": "application/json"])
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Relaying(to: upstream, by: client))
                }
            }
            .bind(unixDomainSocketPath: words[1]).get()
        try await server.closeFuture.get()
    }
}

/// One client's connection.
private final class Relaying: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let client: HTTPClient
    private var request: HTTPClient.Request
    private var body = ByteBuffer()

    init(to upstream: HTTPClient.Request, by client: HTTPClient) {
        request = upstream
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: body = ByteBuffer()
        case .body(var part): body.writeBuffer(&part)
        case .end: ask(for: context.channel)
        }
    }

    private func ask(for channel: any Channel) {
        request.body = .byteBuffer(body)
        client.execute(
            request: request, delegate: Copying(to: channel), eventLoop: .indifferent,
            deadline: nil, logger: nil
        ).futureResult.whenFailure { _ in channel.close(promise: nil) }
    }
}

/// One answer, on its way back.
private final class Copying: HTTPClientResponseDelegate {
    private let channel: any Channel

    init(to channel: any Channel) {
        self.channel = channel
    }

    func didReceiveHead(
        task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>, _ part: ByteBuffer
    ) -> EventLoopFuture<Void> {
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(part)), promise: nil)
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }
}
