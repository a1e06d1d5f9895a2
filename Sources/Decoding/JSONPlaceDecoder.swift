/// What a `Decodable` type reads itself from.
struct JSONPlaceDecoder: Decoder, SingleValueDecodingContainer {
    let place: JSONPlace

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try place.expectObject()
        return KeyedDecodingContainer(JSONMembers<Key>(object: place))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try JSONElements(of: place) }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    // MARK: SingleValueDecodingContainer

    func decodeNil() -> Bool { place.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try place.truth() }
    func decode(_ type: String.Type) throws -> String { try place.text() }
    func decode(_ type: Double.Type) throws -> Double { try place.number() }
    func decode(_ type: Float.Type) throws -> Float { Float(try place.number()) }
    func decode(_ type: Int.Type) throws -> Int { try place.whole(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try place.whole(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try place.whole(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try place.whole(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try place.whole(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try place.whole(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try place.whole(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try place.whole(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try place.whole(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try place.whole(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try place.decode(type) }
}

/// The members of an object. The standard library makes the containers' other verbs of these.
struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONPlace

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { object.memberNames.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { object.member(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try place(key).isNull }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try place(key).truth() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try place(key).text() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try place(key).number() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
        Float(try place(key).number())
    }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try place(key).whole(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try place(key).whole(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try place(key).whole(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try place(key).whole(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try place(key).whole(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try place(key).whole(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try place(key).whole(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try place(key).whole(type)
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try place(key).whole(type)
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try place(key).whole(type)
    }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try place(key).decode(type)
    }

    /// The standard library's own would look the key up three times, and throw for what is absent.
    func decodeIfPresent<Value: Decodable>(
        _ type: Value.Type, forKey key: Key
    ) throws -> Value? {
        guard let place = object.member(key.stringValue), !place.isNull else { return nil }
        return try place.decode(type)
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        guard let place = object.member(key.stringValue), !place.isNull else { return nil }
        return try place.text()
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try JSONPlaceDecoder(place: place(key)).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONElements(of: place(key))
    }
    func superDecoder() -> any Decoder { JSONPlaceDecoder(place: object) }
    func superDecoder(forKey key: Key) throws -> any Decoder {
        JSONPlaceDecoder(place: try place(key))
    }

    private func place(_ key: Key) throws -> JSONPlace {
        if let place = object.member(key.stringValue) { return place }
        throw DecodingError.keyNotFound(
            key, .init(codingPath: [], debugDescription: "there is no \(key.stringValue)"))
    }
}

/// The elements of a list, one after the other.
struct JSONElements: UnkeyedDecodingContainer {
    private var place: JSONPlace
    private let total: Int
    private(set) var currentIndex = 0

    init(of list: JSONPlace) throws {
        (place, total) = try list.list()
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { total }
    var isAtEnd: Bool { currentIndex == total }

    mutating func decodeNil() throws -> Bool {
        guard try current().isNull else { return false }
        advance()
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try current().decode(type)
        advance()
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try superDecoder().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder {
        let decoder = JSONPlaceDecoder(place: try current())
        advance()
        return decoder
    }

    private func current() throws -> JSONPlace {
        if !isAtEnd { return place }
        throw DecodingError.valueNotFound(
            Any.self, .init(codingPath: [], debugDescription: "the list has \(total) elements"))
    }

    private mutating func advance() {
        currentIndex += 1
        if !isAtEnd { place = place.next }
    }
}
