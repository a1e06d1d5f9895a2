import Testing

@testable import Providers

/// The event stream reader, byte by byte.
@Suite struct SSEReaderTests {
    /// The events of `text` when it arrives in pieces of `size` bytes.
    private func events(_ text: String, size: Int = .max, closes: Bool = false) throws -> [String] {
        var reader = SSEReader(lineBytesMax: 1000, eventBytesMax: 1000)
        var events: [SSEEvent] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))) {
            let end = size == .max ? bytes.count : min(start + size, bytes.count)
            try reader.feed(Array(bytes[start..<end]).span, into: &events)
        }
        if closes { try reader.ended(into: &events) }
        return events.map { "\($0.type)|\(String(decoding: $0.data, as: UTF8.self))" }
    }

    @Test(arguments: [
        ("data: a\n\ndata: b\n\n", ["|a", "|b"]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["|a", "|b"]),
        ("data: a\r\ndata: b\r\n\r\n", ["|a\nb"]),
        ("data: a\r\rdata: b\r\r", ["|a", "|b"]),
        ("data: a\r\n\ndata: b\n\r\n", ["|a", "|b"]),
        ("\u{FEFF}data: a\n\n", ["|a"]),
        ("data: a\n\n\u{FEFF}data: b\n\n", ["|a"]),
        (": comment\n\n:\n\ndata: a\n\n: more\n", ["|a"]),
        ("data: a\ndata: b\ndata\ndata:\n\n", ["|a\nb\n\n"]),
        ("data:a\n\ndata:  b\n\n", ["|a", "| b"]),
        ("event: error\ndata: a\n\ndata: b\n\n", ["error|a", "|b"]),
        ("event: ping\n\n", []),
        ("id: 7\nretry: 10\nfoo: bar\ndata: a\n\n", ["|a"]),
        ("data: Grüße ☺ 😈\n\n", ["|Grüße ☺ 😈"]),
        ("\n\n\ndata: a\n\n\n\n", ["|a"]),
        ("data\n\n", ["|"]),
        ("data: unfinished\n", []),
        ("", []),
    ])
    func `events are the same however they are split`(text: String, expected: [String]) throws {
        #expect(try events(text) == expected)
        for size in 1...max(1, text.utf8.count) {
            #expect(try events(text, size: size) == expected, "in pieces of \(size)")
        }
    }

    @Test(arguments: ["data: a\n\ndata: b\n", "data: a\n\ndata: b", "data: a\r\rdata: b\r"])
    func `the last event may lack its blank line`(text: String) throws {
        #expect(try events(text, size: 1, closes: true) == ["|a", "|b"])
    }

    @Test func `a line longer than the limit is refused with both figures`() throws {
        var reader = SSEReader(lineBytesMax: 10, eventBytesMax: 100)
        var events: [SSEEvent] = []
        try reader.feed(Array("data: 1234\n\n".utf8).span, into: &events)
        #expect(events.count == 1)
        let expected = SSETooLong(what: "line", bytes: 11, bytesMax: 10)
        #expect(throws: expected) {
            try reader.feed(Array("data: 12345".utf8).span, into: &events)
        }
        #expect("\(expected)" == "a stream's line of more than 10 bytes; the limit is 10")
    }

    @Test func `an event longer than the limit is refused though its lines are short`() throws {
        var reader = SSEReader(lineBytesMax: 100, eventBytesMax: 10)
        var events: [SSEEvent] = []
        try reader.feed(Array("data: 12345\n".utf8).span, into: &events)
        #expect(throws: SSETooLong(what: "event", bytes: 11, bytesMax: 10)) {
            try reader.feed(Array("data: 67890\n".utf8).span, into: &events)
        }
    }

    @Test func `what came before a refused line is given out`() throws {
        var reader = SSEReader(lineBytesMax: 10, eventBytesMax: 100)
        var events: [SSEEvent] = []
        #expect(throws: SSETooLong.self) {
            try reader.feed(Array("data: ok\n\ndata: 123456\n\n".utf8).span, into: &events)
        }
        #expect(events == [SSEEvent(type: "", data: Array("ok".utf8))])
    }
}
