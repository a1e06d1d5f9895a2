internal import Foundation

/// Has types decode from nothing, and writes down what they ask for.
enum SchemaProbe {
    /// Deeper than any answer that a model is asked for.
    private static let depthMax = 24

    /// - Parameter note: told the shape of the value.
    /// - Returns: a made-up value.
    static func value<Value: Decodable>(
        of type: Value.Type, depth: Int, _ note: (Shape) -> Void
    ) throws -> Value {
        if let (shape, value) = plain(type) {
            note(shape)
            return value
        }
        if depth >= depthMax {
            throw DerivedSchema.Underivable(description: "it contains itself, or is too deep")
        }
        let decoder = ProbingDecoder(depth: depth)
        let value = try Value(from: decoder)
        note(decoder.shape)
        return value
    }

    private static func plain<Value>(_ type: Value.Type) -> (Shape, Value)? {
        let known: (Shape, Any)? =
            switch type {
            case is String.Type: (.text(among: []), "")
            case is Bool.Type: (.truth, false)
            case is Double.Type: (.number, 0.0)
            case is Float.Type: (.number, Float(0))
            case is Decimal.Type: (.number, Decimal(0))
            case is Date.Type: (.number, Date(timeIntervalSinceReferenceDate: 0))
            case is URL.Type: URL(string: "https://localhost").map { (.text(among: []), $0) }
            case is UUID.Type: (.text(among: []), UUID())
            case let type as any FixedWidthInteger.Type: (.integer, type.init(0))
            case let type as any CaseIterable.Type: cases(type)
            default: nil
            }
        guard let known, let value = known.1 as? Value else { return nil }
        return (known.0, value)
    }

    private static func cases(_ type: any CaseIterable.Type) -> (Shape, Any)? {
        func all<Cases: CaseIterable>(_ type: Cases.Type) -> [Any] { Array(type.allCases) }
        let values = all(type)
        let words = values.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        guard let first = values.first, words.count == values.count else { return nil }
        return (.text(among: words), first)
    }
}

/// Asked by one type, once.
final class ProbingDecoder: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    let depth: Int
    fileprivate(set) var shape = Shape.any
    fileprivate var members: [(name: String, shape: Shape, isRequired: Bool)] = [] {
        didSet { shape = .object(members) }
    }

    fileprivate var optional: Set<String> = []

    init(depth: Int) {
        self.depth = depth
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        // A dictionary asks for the keys there are, and then for none.
        if members.isEmpty { shape = .dictionary }
        return KeyedDecodingContainer(KeyedProbe<Key>(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        shape = .list(of: .any)
        return ListProbe(decoder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { ValueProbe(decoder: self) }
}

private struct KeyedProbe<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ProbingDecoder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }

    /// Only who can do without the value asks whether it is null.
    func decodeNil(forKey key: Key) -> Bool {
        decoder.optional.insert(key.stringValue)
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let name = key.stringValue
        return try SchemaProbe.value(of: type, depth: decoder.depth + 1) {
            decoder.members.append((name, $0, !decoder.optional.contains(name)))
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw DerivedSchema.Underivable(description: "it decodes \(key.stringValue) by hand")
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw DerivedSchema.Underivable(description: "it decodes \(key.stringValue) by hand")
    }

    func superDecoder() throws -> any Decoder {
        throw DerivedSchema.Underivable(description: "it inherits from another type")
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder() }
}

/// A list of one element.
private struct ListProbe: UnkeyedDecodingContainer {
    let decoder: ProbingDecoder
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    private(set) var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }

    init(decoder: ProbingDecoder) {
        self.decoder = decoder
    }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        return try SchemaProbe.value(of: type, depth: decoder.depth + 1) {
            decoder.shape = .list(of: $0)
        }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        throw DerivedSchema.Underivable(description: "it decodes a list by hand")
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DerivedSchema.Underivable(description: "it decodes a list by hand")
    }

    mutating func superDecoder() throws -> any Decoder {
        throw DerivedSchema.Underivable(description: "it inherits from another type")
    }
}

private struct ValueProbe: SingleValueDecodingContainer {
    let decoder: ProbingDecoder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try SchemaProbe.value(of: type, depth: decoder.depth + 1) { decoder.shape = $0 }
    }
}
