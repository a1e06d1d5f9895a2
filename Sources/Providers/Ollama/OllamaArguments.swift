#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The arguments of a call, which Ollama sends as JSON where everyone else sends them as text.
struct OllamaArguments: Decodable {
    /// Compact; names in order of the alphabet, as what order they came in is not known here.
    var json: String

    init(from decoder: any Decoder) throws {
        let value = try Value(from: decoder)
        // Servers that imitate Ollama send the text.
        if case .text(let text) = value {
            json = text
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        json = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private enum Value: Codable {
        case null
        case truth(Bool)
        case integer(Int64)
        case large(UInt64)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let truth = try? container.decode(Bool.self) {
                self = .truth(truth)
            } else if let integer = try? container.decode(Int64.self) {
                self = .integer(integer)
            } else if let large = try? container.decode(UInt64.self) {
                self = .large(large)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .truth(let truth): try container.encode(truth)
            case .integer(let integer): try container.encode(integer)
            case .large(let large): try container.encode(large)
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .list(let list): try container.encode(list)
            case .object(let object): try container.encode(object)
            }
        }
    }
}
