/// Finds a secret in text from outside, however it was written there: as it is, in another case, or
/// escaped as JSON, JSON inside JSON and URLs escape it.
struct SecretPattern: Sendable {
    /// Folded, and with each run of backslashes made one: how many there are depends on how deep in
    /// JSON it is quoted.
    private let scalars: [Unicode.Scalar]

    init(_ secret: String) {
        var scalars: [Unicode.Scalar] = []
        for scalar in secret.unicodeScalars where scalar != "\\" || scalars.last != "\\" {
            scalars.append(scalar.folded)
        }
        self.scalars = scalars
    }

    func isFound(in text: [Unicode.Scalar], isCut: Bool) -> Bool {
        text.indices.contains { end(in: text, from: $0, isCut: isCut) != nil }
    }

    /// Where the secret ends that begins at `start`; nil when none does.
    ///
    /// - Parameter isCut: what is left of a secret at the end of the text is one too.
    func end(in text: [Unicode.Scalar], from start: Int, isCut: Bool) -> Int? {
        var place = start
        for scalar in scalars {
            guard let next = Self.end(of: scalar, in: text, from: place) else {
                let isAtCut = isCut && place > start && text.count - place < Self.escapeMax
                return isAtCut ? text.count : nil
            }
            place = next
        }
        return place
    }

    /// Three times inside JSON; bounded, for a text may be nothing but backslashes.
    private static let backslashesMax = 8
    /// Longer than one sign is, however it is escaped.
    private static let escapeMax = 16

    private static func end(
        of scalar: Unicode.Scalar, in text: [Unicode.Scalar], from start: Int
    ) -> Int? {
        var place = start
        while place < text.count, text[place] == "\\", place - start < backslashesMax { place += 1 }
        if scalar == "\\", place > start { return place }
        guard place < text.count else { return nil }
        if text[place].folded == scalar || (scalar == " " && text[place] == "+") {
            return place + 1
        }
        if place > start, text[place] == "u",
            let value = hexNumber(in: text, from: place + 1, digits: 4),
            Unicode.Scalar(value)?.folded == scalar
        {
            return place + 5
        }
        return endOfPercents(scalar, in: text, from: place)
    }

    private static func endOfPercents(
        _ scalar: Unicode.Scalar, in text: [Unicode.Scalar], from start: Int
    ) -> Int? {
        guard text[start] == "%" else { return nil }
        var place = start
        for byte in String(scalar).utf8 {
            guard place < text.count, text[place] == "%",
                let value = hexNumber(in: text, from: place + 1, digits: 2),
                value == byte || Unicode.Scalar(UInt8(value)).folded == Unicode.Scalar(byte)
            else { return nil }
            place += 3
        }
        return place
    }

    private static func hexNumber(
        in text: [Unicode.Scalar], from start: Int, digits: Int
    ) -> UInt32? {
        guard start + digits <= text.count else { return nil }
        var value: UInt32 = 0
        for scalar in text[start..<start + digits] {
            guard let digit = Character(scalar).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

extension Unicode.Scalar {
    /// In lower case, where it is a letter of ASCII.
    fileprivate var folded: Unicode.Scalar {
        "A"..."Z" ~= self ? Unicode.Scalar(UInt8(value) + 0x20) : self
    }
}
