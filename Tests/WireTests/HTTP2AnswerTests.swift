import HandFrames
import NIOCore
import Testing

@testable import Wire

/// What a server's session sends.
@Suite struct HTTP2AnswerTests {
    private static let ok = HeaderTable([":status": "200", "content-type": "application/grpc"])
    private static let done = HeaderTable(["grpc-status": "0"])

    private func answering(
        _ stream: UInt32 = 1, end: Bool = true, _ answer: @escaping (HTTP2Stream) -> Void
    ) throws -> ScriptedServer {
        let server = try ScriptedServer()
        server.receive(Frames.opening)
        _ = server.takeFrames()
        server.onRequest = answer
        server.receive(Frames.request(stream, end: end))
        return server
    }

    @Test func `headers, body and trailers go out in order`() throws {
        let server = try answering { stream in
            stream.sendHeaders(Self.ok)
            stream.write { $0.writeBytes([1, 2, 3]) }
            stream.finish(Self.done)
        }
        let frames = server.takeFrames()
        #expect(frames.map(\.kind) == [.headers, .data, .headers])
        #expect(frames.map(\.endsStream) == [false, false, true])
        #expect(frames[1].payload == [1, 2, 3])
        #expect(server.events.last == "closed 1 0")
    }

    @Test func `an answer of trailers only is one frame`() throws {
        let server = try answering { stream in
            var block = HeaderBlock()
            block.append(name: ":status", value: "200")
            block.append(name: "grpc-status", value: "5")
            stream.sendHeaders(block, endStream: true)
        }
        let frames = server.takeFrames()
        #expect(frames.map(\.kind) == [.headers])
        #expect(frames.map(\.endsStream) == [true])
    }

    @Test func `an answer before the request's end is followed by a reset without error`() throws {
        let server = try answering(end: false) { stream in
            stream.sendHeaders(Self.ok)
            stream.finish(Self.done)
        }
        let frames = server.takeFrames()
        #expect(frames.map(\.kind).suffix(2) == [.headers, .rstStream])
        #expect(frames.last?.code == HTTP2ErrorCode.noError.rawValue)
        #expect(server.events.filter { $0.hasPrefix("closed") } == ["closed 1 0"])
        // What was on its way belongs to nobody and harms nothing.
        server.receive(Frames.data(1, [1, 2, 3], end: true) + Frames.request(3))
        #expect(server.failure == nil)
        #expect(server.events.suffix(2) == ["request 3 /a.B/C 6 fields", "closed 3 0"])
    }

    @Test func `streams opened after our GOAWAY are not begun, those open go on`() throws {
        let server = try answering(end: false) { _ in }
        server.session.goAway()
        _ = try server.fill()
        #expect(server.takeFrames().map(\.kind) == [.goAway])
        server.receive(Frames.request(3) + Frames.data(1, [7], end: true))
        #expect(server.events == ["request 1 /a.B/C 6 fields", "data 1 07", "end 1"])
        #expect(!server.session.isFinished)
        server.streams[1]?.sendHeaders(Self.ok)
        server.streams[1]?.finish(Self.done)
        _ = try server.fill()
        #expect(server.session.isFinished)
    }

    @Test func `a stream that crosses our GOAWAY on the way is refused, not begun`() throws {
        let server = try ScriptedServer()
        server.receive(Frames.opening)
        server.session.goAway()
        _ = server.takeFrames()
        server.receive(Frames.request(1, end: true))
        #expect(server.events.isEmpty)
        #expect(server.session.openStreams == 0)
    }

    @Test func `a body waits for the peer's window and goes on with it`() throws {
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = try answering { stream in
            stream.sendHeaders(Self.ok)
            stream.write { $0.writeBytes(body) }
            stream.finish(Self.done)
        }
        #expect(server.streams[1]?.isSaturated == true)
        var received: [UInt8] = []
        for _ in 0..<10 {
            for frame in server.takeFrames() where frame.kind == .data { received += frame.payload }
            if received.count == body.count { break }
            #expect(received.count <= 65_535 + 3 * 50_000 + 200_000)
            server.receive(Frames.windowUpdate(0, 50_000) + Frames.windowUpdate(1, 50_000))
        }
        #expect(received == body)
        #expect(server.events.contains("drained 1"))
    }

    @Test func `a stream that is never empty does not keep what it has sent`() throws {
        let server = try answering { stream in stream.sendHeaders(Self.ok) }
        let stream = try #require(server.streams[1])
        let piece = Array(repeating: UInt8(1), count: 10_000)
        stream.write { $0.writeBytes(piece + piece + piece) }
        var buffer = ByteBuffer()
        for _ in 0..<10_000 {
            stream.write { $0.writeBytes(piece) }
            buffer.clear()
            stream.moveBody(piece.count, to: &buffer)
        }
        #expect(stream.outboundBytes == 30_000)
        #expect(stream.outbound.capacity <= 1_048_576, "100 MB went through")
    }

    @Test func `fill stops soon after its limit and loses nothing`() throws {
        let server = try answering { stream in
            stream.sendHeaders(Self.ok)
            stream.finish(Self.done)
        }
        _ = server.takeFrames()
        server.onRequest = { stream in
            stream.sendHeaders(Self.ok)
            stream.write { $0.writeBytes(Array(repeating: 5, count: 60_000)) }
        }
        try unsafe server.session.receive(Frames.request(3, end: true).span.bytes)
        var total = 0
        while case let bytes = try server.fill(limit: 1), !bytes.isEmpty {
            #expect(bytes.count <= 16_384 + 9)
            total += bytes.count
        }
        let data = server.takeFrames().filter { $0.kind == .data }
        #expect(data.map(\.payload.count).reduce(0, +) == 60_000)
        #expect(total > 60_000)
    }

    @Test func `a stream whose window is not given back stops alone`() throws {
        let server = try answering(end: false) { _ in }
        server.isConsuming = false
        let piece = Array(repeating: UInt8(0), count: 16_384)
        // Sixteen pieces fill the stream's window; the connection's goes on.
        for _ in 0..<16 { server.receive(Frames.data(1, piece)) }
        #expect(!server.takeFrames().contains { $0.kind == .windowUpdate && $0.stream == 1 })
        server.receive(Frames.request(3) + Frames.data(3, piece))
        #expect(server.failure == nil)
        server.streams[1]?.consumed(16 * 16_384)
        _ = try server.fill()
        #expect(server.takeFrames().contains { $0.kind == .windowUpdate && $0.stream == 1 })
    }

    @Test func `a header list over the limit is counted to its end and not kept`() throws {
        var settings = HTTP2Settings()
        settings.headerListBytesMax = 1_000
        let server = try ScriptedServer(settings)
        let fields = (0..<50).map { ("x-\($0)", String(repeating: "v", count: 40)) }
        let counter = HeaderCounter()
        server.session.delegate = counter
        server.receive(Frames.opening + Frames.request(1, fields: fields))
        #expect(counter.listSize > 3_000)
        #expect(counter.count < 20)
    }

    private final class HeaderCounter: HTTP2SessionDelegate {
        private(set) var count = 0
        private(set) var listSize = 0

        func requestArrived(_ headers: borrowing HeaderBlock, on stream: HTTP2Stream) {
            count = headers.count
            listSize = headers.listSize
        }

        func goAwayArrived(lastStream: Int32, code: HTTP2ErrorCode) {}
    }
}
