import Testing

@testable import Providers

/// The reader of NDJSON, byte by byte.
@Suite struct LineReaderTests {
    /// The lines of `text` when it arrives in pieces of `size` bytes.
    private func lines(_ text: String, size: Int = .max, closes: Bool = false) throws -> [String] {
        var reader = LineReader(lineBytesMax: 1000)
        var events: [SSEEvent] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))) {
            let end = size == .max ? bytes.count : min(start + size, bytes.count)
            try reader.feed(Array(bytes[start..<end]).span, into: &events)
        }
        if closes { try reader.ended(into: &events) }
        #expect(events.allSatisfy { $0.type.isEmpty })
        return events.map { String(decoding: $0.data, as: UTF8.self) }
    }

    @Test(arguments: [
        ("a\nb\n", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\nb\r\nc\n", ["a", "b", "c"]),
        ("\n\r\n\na\n\n\r\nb\n\n", ["a", "b"]),
        ("a\rb\n", ["a\rb"]),
        (" a \n", [" a "]),
        ("Grüße ☺ 😈\n", ["Grüße ☺ 😈"]),
        ("a\nunfinished", ["a"]),
        ("", []),
    ])
    func `lines are the same however they are split`(text: String, expected: [String]) throws {
        #expect(try lines(text) == expected)
        for size in 1...max(1, text.utf8.count) {
            #expect(try lines(text, size: size) == expected, "in pieces of \(size)")
        }
    }

    @Test(arguments: ["a\nb", "a\nb\r", "a\nb\n", "a\nb\r\n"])
    func `the last line may lack its end`(text: String) throws {
        #expect(try lines(text, closes: true) == ["a", "b"])
        #expect(try lines(text, size: 1, closes: true) == ["a", "b"])
    }

    @Test(arguments: ["", "\n", "\r", "\r\n\r\n"])
    func `an end with nothing before it is no line`(text: String) throws {
        #expect(try lines(text, closes: true) == [])
    }

    @Test func `a line longer than the limit is refused with both figures`() throws {
        var reader = LineReader(lineBytesMax: 5)
        var events: [SSEEvent] = []
        try reader.feed(Array("12345\n".utf8).span, into: &events)
        #expect(events.count == 1)
        let expected = SSETooLong(what: "line", bytes: 6, bytesMax: 5)
        #expect(throws: expected) {
            try reader.feed(Array("123456".utf8).span, into: &events)
        }
    }

    @Test func `the lines before one that is too long are given out`() throws {
        var reader = LineReader(lineBytesMax: 5)
        var events: [SSEEvent] = []
        #expect(throws: SSETooLong.self) {
            try reader.feed(Array("1\n2\n3456789\n".utf8).span, into: &events)
        }
        #expect(events.map(\.data) == [Array("1".utf8), Array("2".utf8)])
    }
}
