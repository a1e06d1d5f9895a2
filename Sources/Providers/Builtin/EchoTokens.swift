/// Cuts a text into tokens: a word with the white space before it. Put together again they are
/// exactly the text.
struct EchoTokens: Sendable {
    private let text: String
    /// Where the next token begins, in bytes, and as the text has it.
    private var offset = 0
    private var position: String.Index

    init(_ text: String) {
        self.text = text
        position = text.startIndex
    }

    /// The next tokens in one piece.
    ///
    /// - Parameter most: how many at most; at least one.
    /// - Returns: the piece and how many they are; nil at the end.
    mutating func next(_ most: Int) -> (text: String, count: Int)? {
        let (end, count) = Self.end(of: most, from: offset, in: text.utf8Span.span)
        if count == 0 { return nil }
        let start = position
        position = text.utf8.index(start, offsetBy: end - offset)
        offset = end
        return (String(text[start..<position]), count)
    }

    /// How many tokens the text has.
    static func count(_ text: String) -> Int {
        end(of: .max, from: 0, in: text.utf8Span.span).count
    }

    /// Where so many tokens end, or all that there are.
    private static func end(
        of most: Int, from start: Int, in bytes: Span<UInt8>
    ) -> (offset: Int, count: Int) {
        var (offset, count) = (start, 0)
        while count < most, offset < bytes.count {
            offset = end(of: offset, in: bytes)
            count += 1
        }
        return (offset, count)
    }

    /// Where the token ends that begins there. Only ASCII ends one, so no character's bytes are torn
    /// apart.
    private static func end(of start: Int, in bytes: Span<UInt8>) -> Int {
        var end = start
        while end < bytes.count, isSpace(bytes[end]) { end += 1 }
        while end < bytes.count, !isSpace(bytes[end]) { end += 1 }
        return end
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }
}
