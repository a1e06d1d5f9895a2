/// What is read from a value of a JSON text.
///
/// Not `Decodable`: its containers look up the metadata of a generic type for each object they enter,
/// which made up half of what reading a chunk of a stream took.
package protocol JSONReadable {
    /// A place is of use only while the text is read; nobody keeps it.
    ///
    /// - Throws: `JSONMismatch` where something else stands than is looked for.
    init(json: JSONPlace) throws
}

/// Something else stands in a text than is looked for.
package struct JSONMismatch: Error, Hashable, CustomStringConvertible {
    package var wanted: String
    package var found: JSONPlace.Kind?

    package var description: String {
        "\(wanted) is wanted; \(found.map { "\($0)" } ?? "nothing") stands there"
    }
}

/// The members of an object, by their names. A member that is null is as good as none.
package struct JSONObject: JSONReadable {
    private let place: JSONPlace

    package init(json: JSONPlace) throws {
        guard json.kind == .object else { throw json.mismatch("an object") }
        place = json
    }

    private func member(_ name: StaticString) -> JSONPlace? {
        guard let member = place.member(name), member.kind != .null else { return nil }
        return member
    }

    package func required<Value: JSONReadable>(_ name: StaticString) throws -> Value {
        guard let member = member(name) else { throw missing(name) }
        return try Value(json: member)
    }

    /// - Throws: where the member is there and is something else.
    package func optional<Value: JSONReadable>(_ name: StaticString) throws -> Value? {
        guard let member = member(name) else { return nil }
        return try Value(json: member)
    }

    /// nil also where the member is something else.
    package func lenient<Value: JSONReadable>(_ name: StaticString) -> Value? {
        guard let member = member(name) else { return nil }
        return try? Value(json: member)
    }

    private func missing(_ name: StaticString) -> JSONMismatch {
        JSONMismatch(wanted: "a member \(name)", found: nil)
    }
}

extension String: JSONReadable {
    package init(json: JSONPlace) throws { self = try json.text() }
}

extension Bool: JSONReadable {
    package init(json: JSONPlace) throws { self = try json.truth() }
}

extension Double: JSONReadable {
    package init(json: JSONPlace) throws { self = try json.number() }
}

extension Int: JSONReadable {
    package init(json: JSONPlace) throws { self = try json.whole(Int.self) }
}

extension Int64: JSONReadable {
    package init(json: JSONPlace) throws { self = try json.whole(Int64.self) }
}

extension UInt64: JSONReadable {
    package init(json: JSONPlace) throws { self = try json.whole(UInt64.self) }
}

extension Array: JSONReadable where Element: JSONReadable {
    package init(json: JSONPlace) throws {
        var (element, count) = try json.list()
        self = []
        // The first element may show already that this is not what is looked for.
        reserveCapacity(Swift.min(count, 64))
        while count > 0 {
            append(try Element(json: element))
            element = element.next
            count -= 1
        }
    }
}

/// Of a name that stands there more than once the first value counts.
extension Dictionary: JSONReadable where Key == String, Value: JSONReadable {
    package init(json: JSONPlace) throws {
        self = [:]
        for (name, place) in try json.members() where self[name] == nil {
            self[name] = try Value(json: place)
        }
    }
}
