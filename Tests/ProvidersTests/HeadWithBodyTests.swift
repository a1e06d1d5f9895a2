import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Providers

final class HeadWithBodyTests {
    private let channel = EmbeddedChannel(handler: HeadWithBody())
    private let head = HTTPClientRequestPart.head(
        HTTPRequestHead(version: .http1_1, method: .POST, uri: "/"))
    private let body = HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: "{}")))

    deinit {
        // It and its pipeline hold each other until then.
        _ = try? channel.finish()
    }

    /// As the HTTP client does it: each part is flushed by itself.
    private func send(_ parts: HTTPClientRequestPart...) throws -> [HTTPClientRequestPart] {
        for part in parts {
            channel.write(part, promise: nil)
            channel.flush()
        }
        return try sent()
    }

    private func sent() throws -> [HTTPClientRequestPart] {
        var sent: [HTTPClientRequestPart] = []
        while let part = try channel.readOutbound(as: HTTPClientRequestPart.self) {
            sent.append(part)
        }
        return sent
    }

    @Test func `a head waits for its body`() throws {
        #expect(try send(head) == [])
        #expect(try send(body) == [head, body])
        #expect(try send(.end(nil)) == [.end(nil)])
        #expect(try send(head, body, .end(nil)) == [head, body, .end(nil)])
    }

    @Test func `a head that has no body does not wait`() throws {
        channel.write(head, promise: nil)
        channel.write(HTTPClientRequestPart.end(nil), promise: nil)
        channel.flush()
        #expect(try sent() == [head, .end(nil)])
    }

    @Test func `a head that fills the channel does not wait: its body comes when there is room`()
        throws
    {
        channel.isWritable = false
        #expect(try send(head) == [head])
    }
}
