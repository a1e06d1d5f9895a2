/// Text from outside as a terminal may be given it, measured in the columns it takes there.
enum DisplayText {
    /// The wide blocks of Unicode's East Asian Width (UAX 11); terminals agree on these.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]

    /// Control characters would move the cursor or worse: each is shown as a question mark.
    static func safe(_ text: String) -> String {
        text.contains(where: \.isControl)
            ? String(text.map { $0.isControl ? "?" : $0 }) : text
    }

    static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    /// The text in exactly so many columns: filled up with spaces, or cut with an ellipsis.
    static func fit(_ text: String, _ columns: Int, alignRight: Bool = false) -> String {
        let cut = width(text) <= columns ? text : prefix(of: text, columns - 1) + "…"
        let fill = String(repeating: " ", count: max(0, columns - width(cut)))
        return columns <= 0 ? "" : alignRight ? fill + cut : cut + fill
    }

    private static func prefix(of text: String, _ columns: Int) -> String {
        var (kept, left) = ("", columns)
        for character in text {
            left -= width(character)
            if left < 0 { break }
            kept.append(character)
        }
        return kept
    }

    private static func width(_ character: Character) -> Int {
        guard !character.isASCII, let first = character.unicodeScalars.first else { return 1 }
        if first.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(first.value) } ? 2 : 1
    }
}

extension Character {
    fileprivate var isControl: Bool {
        unicodeScalars.contains {
            [.control, .format, .lineSeparator, .paragraphSeparator].contains(
                $0.properties.generalCategory)
        }
    }
}
