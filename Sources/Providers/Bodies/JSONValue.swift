import Decoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Any JSON that a server puts into its answer where others put text: the arguments of a call.
///
/// Whole numbers are apart from others, so that they are written as they came. The order of an
/// object's members is not kept, nor is white space; `RawJSON` keeps both.
enum JSONValue: Encodable, JSONReadable {
    case null
    case truth(Bool)
    case whole(Int64)
    /// A whole number beyond `Int64`.
    case large(UInt64)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(json: JSONPlace) throws {
        switch json.kind {
        case .null: self = .null
        case .truth: self = .truth(try json.truth())
        case .number: self = try Self.number(json)
        case .text: self = .text(try json.text())
        case .list: self = .list(try [JSONValue](json: json))
        case .object: self = .object(try [String: JSONValue](json: json))
        }
    }

    private static func number(_ json: JSONPlace) throws -> JSONValue {
        if let whole = try? Int64(json: json) { return .whole(whole) }
        if let large = try? UInt64(json: json) { return .large(large) }
        return .number(try Double(json: json))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .truth(let truth): try container.encode(truth)
        case .whole(let whole): try container.encode(whole)
        case .large(let large): try container.encode(large)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let members): try container.encode(members)
        }
    }

    /// Compact, with the members of objects in the order of their names.
    func compact() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
