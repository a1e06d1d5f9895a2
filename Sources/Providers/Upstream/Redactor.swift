import Models

/// Makes text from outside fit for messages, logs and headers: secrets out, control characters
/// escaped, length bounded.
struct Redactor: Sendable {
    /// The bound on a failure's message, in bytes.
    static let messageBytesMax = 512
    /// The bound on a request id, in bytes.
    static let requestIDBytesMax = 128

    /// What is looked at of a text: a body of megabytes costs nothing.
    private static let readBytesMax = 16 * 1024

    private let secrets: [SecretPattern]

    /// - Parameter secrets: what must never be seen, whole. Short ones are left alone: taking every
    ///   `a` out of a message tells more than it hides.
    init(secrets: [Secret]) {
        self.secrets = secrets.map { $0.reveal() }.filter { $0.utf8.count >= 4 }
            .map(SecretPattern.init)
    }

    /// The text, safe to show.
    func clean(_ text: String, bytesMax: Int = Redactor.messageBytesMax) -> String {
        // The secrets are taken out before the cut, which could leave half of one standing.
        Self.bounded(Self.escaped(Self.withoutKeys(withoutSecrets(text))), bytesMax: bytesMax)
    }

    /// A request id that upstream gave: it comes from outside like any other text.
    func requestID(_ text: String) -> String {
        Self.token(withoutSecrets(text))
    }

    /// By scalars, not characters: an accent behind a secret would make its last sign another.
    private func withoutSecrets(_ text: String) -> String {
        let isCut = text.utf8.count > Self.readBytesMax
        let read =
            isCut ? String(decoding: text.utf8.prefix(Self.readBytesMax), as: UTF8.self) : text
        let scalars = Array(read.unicodeScalars)
        // As nearly always: every good answer's id is looked at.
        if !secrets.contains(where: { $0.isFound(in: scalars, isCut: isCut) }) { return read }
        var result = String.UnicodeScalarView()
        var hiddenEnd = 0
        for place in scalars.indices {
            let ends = secrets.compactMap { $0.end(in: scalars, from: place, isCut: isCut) }
            if let end = ends.max(), end > hiddenEnd {
                // Secrets that overlap are hidden as one.
                if place >= hiddenEnd { result.append(contentsOf: "***".unicodeScalars) }
                hiddenEnd = end
            }
            if place >= hiddenEnd { result.append(scalars[place]) }
        }
        return String(result)
    }

    /// A name or the like: printable ASCII only, bounded.
    static func token(_ text: String) -> String {
        let isPrintable = { (byte: UInt8) in byte > 0x20 && byte < 0x7F }
        // As nearly always.
        if text.utf8.count <= requestIDBytesMax, text.utf8.allSatisfy(isPrintable) { return text }
        let printable = text.utf8.lazy.filter(isPrintable)
        return String(decoding: printable.prefix(requestIDBytesMax), as: UTF8.self)
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            // Formats are hidden too: they turn the order of the text around them.
            case _ where [.control, .format].contains(scalar.properties.generalCategory):
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func bounded(_ text: String, bytesMax: Int) -> String {
        if text.utf8.count <= bytesMax { return text }
        let mark = "…"
        var result = ""
        var bytes = mark.utf8.count
        for character in text.unicodeScalars {
            bytes += UTF8.width(character)
            if bytes > bytesMax { break }
            result.unicodeScalars.append(character)
        }
        return result + mark
    }
}

// MARK: - Keys by their looks

extension Redactor {
    /// How the keys of well-known providers begin, `Bearer` aside.
    private static let keyPrefixes = [
        "sk-", "sk_", "pk-", "gsk_", "AIza", "hf_", "xai-", "nvapi-", "pplx-", "r8_", "ghp_",
    ]

    /// Takes out what looks like a key, ours or not: providers echo the key they refuse, sometimes
    /// with its middle starred out.
    private static func withoutKeys(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        var wasBearer = false
        while !rest.isEmpty {
            let word = rest.prefix(while: isKeyCharacter)
            if word.isEmpty {
                let gap = rest.prefix { !isKeyCharacter($0) }
                result += gap
                rest = rest[gap.endIndex...]
                continue
            }
            result += wasBearer || looksLikeKey(word) ? "***" : word
            wasBearer = word.lowercased() == "bearer"
            rest = rest[word.endIndex...]
        }
        return result
    }

    private static func looksLikeKey(_ word: Substring) -> Bool {
        word.utf8.count >= 8 && keyPrefixes.contains { word.hasPrefix($0) }
    }

    private static func isKeyCharacter(_ character: Character) -> Bool {
        guard character.isASCII else { return false }
        return character.isLetter || character.isNumber || "-_*.+/=~".contains(character)
    }
}
