/// A value inside a JSON text, as it was written: its order of keys and its numbers, which decoding
/// and encoding would change.
///
/// For text that a decoder has already taken: of anything else it makes something, and never traps.
struct RawJSON {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        var scanner = RawJSONScanner(rest: bytes[...])
        self.bytes = scanner.value()
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What an array holds; empty for another value.
    var elements: [RawJSON] {
        guard bytes.first == UInt8(ascii: "[") else { return [] }
        var scanner = RawJSONScanner(rest: bytes.dropFirst())
        var elements: [RawJSON] = []
        while let element = scanner.next() { elements.append(RawJSON(element)) }
        return elements
    }

    /// A member of an object; nil when it has none by that name, or is another value.
    subscript(name: StaticString) -> RawJSON? {
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        let quoted = Array("\"\(name)\"".utf8)
        var scanner = RawJSONScanner(rest: bytes.dropFirst())
        while let key = scanner.next(), let value = scanner.next() {
            if key.elementsEqual(quoted) { return RawJSON(value) }
        }
        return nil
    }

    /// `{}`, with whatever space is in it.
    var isEmptyObject: Bool {
        var scanner = RawJSONScanner(rest: bytes.dropFirst())
        return bytes.first == UInt8(ascii: "{") && scanner.next() == nil
    }
}

/// Takes one value after the other off the front of a JSON text.
private struct RawJSONScanner {
    var rest: ArraySlice<UInt8>

    /// The next value or key of what is around it; nil at its end.
    mutating func next() -> ArraySlice<UInt8>? {
        drop { $0.isSpace || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ":") }
        let value = value()
        return value.isEmpty ? nil : value
    }

    mutating func value() -> ArraySlice<UInt8> {
        drop(while: \.isSpace)
        let start = rest
        switch rest.first {
        case UInt8(ascii: "\""): dropString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): dropNested()
        default: drop { !$0.isSpace && !$0.endsScalar }
        }
        return start[..<rest.startIndex]
    }

    /// By counting and not by recursion: how deep it goes is the sender's choice.
    private mutating func dropNested() {
        var depth = 0
        repeat {
            switch rest.first {
            case UInt8(ascii: "\""):
                dropString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            rest = rest.dropFirst()
        } while depth > 0 && !rest.isEmpty
    }

    private mutating func dropString() {
        rest = rest.dropFirst()
        while let byte = rest.first, byte != UInt8(ascii: "\"") {
            rest = rest.dropFirst(byte == UInt8(ascii: "\\") ? 2 : 1)
        }
        rest = rest.dropFirst()
    }

    private mutating func drop(while matches: (UInt8) -> Bool) {
        rest = rest.drop(while: matches)
    }
}

extension UInt8 {
    /// JSON's white space (RFC 8259, section 2).
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }

    fileprivate var endsScalar: Bool {
        self == UInt8(ascii: ",") || self == UInt8(ascii: ":") || self == UInt8(ascii: "]")
            || self == UInt8(ascii: "}")
    }
}
