internal import CRapidJSON
internal import Glibc

/// One value of a text that is being read.
///
/// It does not keep what it points into: `JSONText.decode` does, until all is read. To count references
/// for each member that is passed by took as long as to find one.
package struct JSONPlace {
    private let values: UnsafePointer<crapidjson_value>
    private let index: Int

    init(_ values: UnsafePointer<crapidjson_value>, _ index: Int) {
        self.values = values
        self.index = index
    }

    package enum Kind: Hashable, Sendable { case null, truth, number, text, list, object }

    package var kind: Kind {
        switch crapidjson_kind(value.kind) {
        case crapidjson_null: .null
        case crapidjson_false, crapidjson_true: .truth
        case crapidjson_text: .text
        case crapidjson_list: .list
        case crapidjson_object: .object
        default: .number
        }
    }

    private var value: crapidjson_value { values[index] }

    private func at(_ index: Int) -> JSONPlace { JSONPlace(values, index) }

    func mismatch(_ wanted: StaticString) -> JSONMismatch {
        JSONMismatch(wanted: "\(wanted)", found: kind)
    }

    // MARK: What holds others

    /// The value that follows in the same list.
    var next: JSONPlace {
        let value = value
        let isNested = value.kind >= crapidjson_list.rawValue
        return at(isNested ? value.is.end : index + 1)
    }

    /// A list's first element, and how many there are.
    func list() throws -> (first: JSONPlace, count: Int) {
        guard kind == .list else { throw mismatch("a list") }
        return (at(index + 1), Int(value.count))
    }

    /// An object's member of that name, the first one.
    func member(_ name: StaticString) -> JSONPlace? {
        var key = at(index + 1)
        for _ in 0..<value.count {
            let member = key.next
            if key.isText(name) { return member }
            key = member.next
        }
        return nil
    }

    /// An object's members, in their order.
    func members() throws -> [(name: String, place: JSONPlace)] {
        guard kind == .object else { throw mismatch("an object") }
        var members: [(String, JSONPlace)] = []
        var key = at(index + 1)
        for _ in 0..<value.count {
            members.append((key.unchecked, key.next))
            key = key.next.next
        }
        return members
    }

    private func isText(_ text: StaticString) -> Bool {
        let value = value
        return Int(value.count) == text.utf8CodeUnitCount
            && memcmp(value.is.text, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    // MARK: What holds none

    package func text() throws -> String {
        guard kind == .text else { throw mismatch("a text") }
        return unchecked
    }

    /// Of a text or a key: rapidjson has seen to it that it is UTF-8.
    private var unchecked: String {
        let value = value
        return String(
            decoding: UnsafeRawBufferPointer(start: value.is.text, count: Int(value.count)),
            as: UTF8.self)
    }

    package func truth() throws -> Bool {
        guard kind == .truth else { throw mismatch("a truth value") }
        return value.kind == crapidjson_true.rawValue
    }

    func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let number: Number? =
            switch crapidjson_kind(value.kind) {
            case crapidjson_whole: Number(exactly: value.is.whole)
            case crapidjson_large: Number(exactly: value.is.large)
            case crapidjson_number: Number(exactly: value.is.number)
            default: nil
            }
        guard let number else { throw mismatch("a whole number that fits") }
        return number
    }

    func number() throws -> Double {
        switch crapidjson_kind(value.kind) {
        case crapidjson_whole: Double(value.is.whole)
        case crapidjson_large: Double(value.is.large)
        case crapidjson_number: value.is.number
        default: throw mismatch("a number")
        }
    }
}
