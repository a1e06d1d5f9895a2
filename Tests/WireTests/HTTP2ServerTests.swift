import HandFrames
import Testing

@testable import Wire

/// A server's session against bytes written by hand.
@Suite struct HTTP2ServerTests {
    @Test func `a session begins with its SETTINGS and a larger connection window`() throws {
        let frames = try ScriptedServer().takeFrames()
        #expect(frames.map(\.kind) == [.settings, .windowUpdate])
        // Initial window 256 KiB, header list 16 KiB, no priorities, 4,096 streams.
        #expect(
            frames.first?.payload
                == hex("0004 00040000 0006 00004000 0009 00000001 0003 00001000"))
    }

    @Test func `a whole call in hand-written hex is told in order`() throws {
        let server = try ScriptedServer()
        server.receive(
            hex(
                """
                505249202a20485454502f322e300d0a0d0a534d0d0a0d0a
                000000 04 00 00000000
                000027 01 04 00000001  83 86 44 06 2f612e422f43 41 09 6c6f63616c686f7374
                  5f 10 6170706c69636174696f6e2f67727063
                000007 00 01 00000001  00 00000002 cafe
                """))
        #expect(
            server.events == ["request 1 /a.B/C 5 fields", "data 1 0000000002cafe", "end 1"])
        #expect(server.failure == nil)
        // Our SETTINGS, and the acknowledgement of the client's.
        #expect(server.takeFrames().filter { $0.kind == .settings }.map(\.flags) == [0, 1])
    }

    @Test func `bytes split at every offset tell the same`() throws {
        let bytes = Script.everything
        let whole = try ScriptedServer()
        whole.receive(bytes)
        #expect(whole.events.count > 10)
        #expect(whole.failure == nil)
        for offset in 1..<bytes.count {
            let split = try ScriptedServer()
            split.receive(bytes[..<offset])
            split.receive(bytes[offset...])
            #expect(split.events == whole.events, "split at \(offset)")
        }
    }

    @Test func `what follows a broken rule in the same read is not looked at`() throws {
        let server = try ScriptedServer()
        // PRIORITY on stream 0, which is ours to refuse: nghttp2 itself would go on.
        server.receive(
            Frames.opening + Frames.frame(2, 0, 0, [0, 0, 0, 0, 16]) + Frames.request(1, end: true))
        #expect(server.failure == ConnectionFailure("HTTP/2: PRIORITY on stream 0"))
        #expect(server.events == [])
        let goAways = server.takeFrames().filter { $0.kind == .goAway }
        #expect(goAways.map { Array($0.payload.prefix(8)) } == [hex("00000000 00000001")])
    }

    // Not one by one: nghttp2 counts each read that ends inside the header of a CONTINUATION frame
    // as one more such frame, and takes eight.
    @Test(arguments: [2, 3, 7, 64])
    func `bytes that come in small pieces tell the same`(size: Int) throws {
        let whole = try ScriptedServer()
        whole.receive(Script.everything)
        let pieces = try ScriptedServer()
        for start in stride(from: 0, to: Script.everything.count, by: size) {
            pieces.receive(Script.everything[start...].prefix(size))
        }
        #expect(pieces.failure == nil)
        #expect(pieces.events == whole.events)
    }

    @Test func `headers go on in CONTINUATION frames`() throws {
        let block = Frames.requestBlock(fields: [("x-long", String(repeating: "y", count: 300))])
        let server = try ScriptedServer()
        server.receive(
            Frames.opening + Frames.frame(1, 0, 1, Array(block[..<40]))
                + Frames.frame(9, 0, 1, Array(block[40..<41]))
                + Frames.frame(9, 0, 1, [])
                + Frames.frame(9, Frames.endHeaders, 1, Array(block[41...])))
        #expect(server.events == ["request 1 /a.B/C 7 fields"])
    }

    @Test func `padding is not part of a body and is paid back by itself`() throws {
        let server = try ScriptedServer()
        server.receive(Frames.opening + Frames.request(1))
        // 5 MB of padding: more than the connection's window.
        let piece = [250] + [0xAB] + Array(repeating: UInt8(0), count: 250)
        for _ in 0..<20_000 {
            server.receive(Frames.frame(0, Frames.padded, 1, piece))
            if server.failure != nil { break }
        }
        #expect(server.failure == nil)
        #expect(server.events.count == 2)
        #expect(server.events.last?.count == "data 1 ".count + 2 * 20_000)
    }

    @Test func `a reset by the client closes the stream once, with its code`() throws {
        let server = try ScriptedServer()
        server.receive(Frames.opening + Frames.request(1) + Frames.reset(1, 8))
        server.session.connectionLost()
        #expect(server.events == ["request 1 /a.B/C 6 fields", "closed 1 8"])
        #expect(server.session.openStreams == 0)
    }

    @Test func `a lost connection closes every stream once`() throws {
        let server = try ScriptedServer()
        server.receive(Frames.opening + Frames.request(1) + Frames.request(3))
        server.session.connectionLost()
        server.session.connectionLost()
        #expect(
            server.events.filter { $0.hasPrefix("closed") }.sorted() == [
                "closed 1 8", "closed 3 8",
            ])
    }

    @Test func `GOAWAY of the client is told, and its streams go on`() throws {
        let server = try ScriptedServer()
        server.receive(
            Frames.opening + Frames.request(1) + Frames.frame(7, 0, 0, hex("00000000 00000000"))
                + Frames.data(1, [1], end: true))
        #expect(
            server.events == ["request 1 /a.B/C 6 fields", "goaway 0 0", "data 1 01", "end 1"])
    }

    @Test func `what is no HTTP 2 ends the connection`() throws {
        let server = try ScriptedServer()
        server.receive(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        let failure = try #require(server.failure)
        #expect(failure.description.hasPrefix("HTTP/2: "))
        #expect(server.events.isEmpty)
    }

    @Test func `a broken frame gets a GOAWAY that says why, and nothing more is read`() throws {
        let server = try ScriptedServer()
        server.receive(Frames.opening)
        _ = server.takeFrames()
        // DATA on stream 0 (RFC 9113, section 6.1).
        server.receive(Frames.data(0, [1]) + Frames.request(1))
        let frames = server.takeFrames()
        #expect(frames.map(\.kind) == [.goAway])
        #expect(frames.first?.code == HTTP2ErrorCode.protocolError.rawValue)
        #expect(server.session.isFinished)
        #expect(server.events.isEmpty)
    }
}

/// A connection with one of everything a well-behaved client sends.
private enum Script {
    static let everything: [UInt8] = {
        let block = Frames.requestBlock("/long", fields: [("x", String(repeating: "z", count: 90))])
        return Frames.opening
            + Frames.frame(1, 0, 1, Array(block[..<70]))
            + Frames.frame(9, Frames.endHeaders, 1, Array(block[70...]))
            + Frames.data(1, framed([1, 2, 3]))
            + Frames.request(3, end: true)
            + Frames.frame(6, 0, 0, hex("0102030405060708"))
            + Frames.frame(0, Frames.padded, 1, [2, 0xEE, 0, 0])
            + Frames.data(1, [])
            + Frames.frame(2, 0, 5, hex("00000000 10"))
            + Frames.data(1, framed([4]), end: true)
            + Frames.request(5) + Frames.windowUpdate(5, 1_000) + Frames.reset(5, 8)
            + Frames.request(7) + Frames.frame(1, 5, 7, Frames.literals([("t", "1")]))
            + Frames.frame(7, 0, 0, hex("00000000 00000000"))
    }()
}
