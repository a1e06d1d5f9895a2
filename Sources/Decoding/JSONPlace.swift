internal import CRapidJSON
internal import Glibc

/// One value of a text, and how it is read as one of Swift's.
struct JSONPlace {
    let row: Row
    let index: Int

    private var value: crapidjson_value { row.values[index] }

    var isNull: Bool { value.kind == crapidjson_null.rawValue }

    /// Where the next value stands.
    private var end: Int {
        let value = value
        return value.kind >= crapidjson_list.rawValue ? value.is.end : index + 1
    }

    /// The value that follows in the same list.
    var next: JSONPlace { JSONPlace(row: row, index: end) }

    /// What stands first in a list or an object that is not empty.
    private var inside: JSONPlace { JSONPlace(row: row, index: index + 1) }

    // MARK: What it holds

    /// A list's first element, and how many there are.
    func list() throws -> (first: JSONPlace, count: Int) {
        guard value.kind == crapidjson_list.rawValue else { throw mismatch([Any].self) }
        return (inside, Int(value.count))
    }

    func expectObject() throws {
        guard value.kind == crapidjson_object.rawValue else { throw mismatch([String: Any].self) }
    }

    /// An object's member of that name, the first one.
    func member(_ name: String) -> JSONPlace? {
        var name = name
        return name.withUTF8 { name in
            var key = inside
            for _ in 0..<value.count {
                let member = key.next
                if key.isText(name) { return member }
                key = member.next
            }
            return nil
        }
    }

    /// The names of an object's members, in their order.
    var memberNames: [String] {
        var names: [String] = []
        var key = inside
        for _ in 0..<value.count {
            names.append(key.unchecked)
            key = key.next.next
        }
        return names
    }

    private func isText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let value = value
        guard Int(value.count) == text.count else { return false }
        guard let bytes = text.baseAddress else { return true }
        return memcmp(value.is.text, bytes, text.count) == 0
    }

    // MARK: As values of Swift

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // Their own `init(from:)` would come back here through three boxes.
        if type == String.self, let text = try text() as? Value { return text }
        if type == Int.self, let number = try whole(Int.self) as? Value { return number }
        return try Value(from: JSONPlaceDecoder(place: self))
    }

    func text() throws -> String {
        guard value.kind == crapidjson_text.rawValue else { throw mismatch(String.self) }
        return unchecked
    }

    /// Of a text or a key: rapidjson has seen to it that it is UTF-8.
    private var unchecked: String {
        let value = value
        return String(
            decoding: UnsafeRawBufferPointer(start: value.is.text, count: Int(value.count)),
            as: UTF8.self)
    }

    func truth() throws -> Bool {
        switch crapidjson_kind(value.kind) {
        case crapidjson_true: true
        case crapidjson_false: false
        default: throw mismatch(Bool.self)
        }
    }

    func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let number: Number? =
            switch crapidjson_kind(value.kind) {
            case crapidjson_whole: Number(exactly: value.is.whole)
            case crapidjson_large: Number(exactly: value.is.large)
            case crapidjson_number: Number(exactly: value.is.number)
            default: nil
            }
        guard let number else { throw mismatch(type) }
        return number
    }

    func number() throws -> Double {
        switch crapidjson_kind(value.kind) {
        case crapidjson_whole: Double(value.is.whole)
        case crapidjson_large: Double(value.is.large)
        case crapidjson_number: value.is.number
        default: throw mismatch(Double.self)
        }
    }

    func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: [], debugDescription: "something else stands there"))
    }
}
