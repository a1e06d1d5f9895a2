/// Cuts a text into tokens: a word with the white space before it. Put together again they are
/// exactly the text.
struct EchoTokens: Sendable {
    private let text: String
    private var position: String.Index

    init(_ text: String) {
        self.text = text
        position = text.startIndex
    }

    /// The next token; nil at the end.
    mutating func next() -> String? {
        let start = position
        guard advance() else { return nil }
        return String(text[start..<position])
    }

    /// How many tokens the text has.
    static func count(_ text: String) -> Int {
        var tokens = Self(text)
        var count = 0
        while tokens.advance() { count += 1 }
        return count
    }

    /// Moves over one token. Only ASCII ends a token, so no character's bytes are torn apart.
    private mutating func advance() -> Bool {
        let bytes = text.utf8
        if position == bytes.endIndex { return false }
        while position < bytes.endIndex, Self.isSpace(bytes[position]) {
            bytes.formIndex(after: &position)
        }
        while position < bytes.endIndex, !Self.isSpace(bytes[position]) {
            bytes.formIndex(after: &position)
        }
        return true
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }
}
