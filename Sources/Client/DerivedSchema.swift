internal import Foundation

/// A JSON Schema of what a type decodes, found by having it decode from nothing: each value it asks
/// for is written down and made up.
struct DerivedSchema {
    let json: String

    struct Underivable: Error, CustomStringConvertible {
        var description: String
    }

    init<Value: Decodable>(of type: Value.Type) throws {
        var shape = Shape.any
        _ = try SchemaProbe.value(of: type, depth: 0) { shape = $0 }
        json = shape.json
    }
}

/// What a value looks like.
indirect enum Shape {
    case any
    case text(among: [String])
    case integer, number, truth
    case list(of: Shape)
    case object([(name: String, shape: Shape, isRequired: Bool)])
    /// Of names that nobody knows beforehand.
    case dictionary

    var json: String {
        switch self {
        case .any: "{}"
        case .text(let words) where words.isEmpty: #"{"type":"string"}"#
        case .text(let words):
            #"{"type":"string","enum":[\#(words.map(Self.quoted).joined(separator: ","))]}"#
        case .integer: #"{"type":"integer"}"#
        case .number: #"{"type":"number"}"#
        case .truth: #"{"type":"boolean"}"#
        case .list(let element): #"{"type":"array","items":\#(element.json)}"#
        case .dictionary: #"{"type":"object"}"#
        case .object(let members): Self.json(of: members)
        }
    }

    private static func json(
        of members: [(name: String, shape: Shape, isRequired: Bool)]
    ) -> String {
        let properties = members.map { "\(quoted($0.name)):\($0.shape.json)" }
        let required = members.filter(\.isRequired).map { quoted($0.name) }
        return #"{"type":"object","properties":{"# + properties.joined(separator: ",")
            + #"},"required":["# + required.joined(separator: ",")
            + #"],"additionalProperties":false}"#
    }

    private static func quoted(_ text: String) -> String {
        // A text alone is no JSON document for older encoders; a list of it is.
        let list = (try? JSONEncoder().encode([text])).map { String(decoding: $0, as: UTF8.self) }
        return String((list ?? #"[""]"#).dropFirst().dropLast())
    }
}
