import Foundation
import Testing

@testable import Client

struct DerivedSchemaTests {
    private func schema<Value: Decodable>(of type: Value.Type) throws -> NSDictionary {
        let json = try DerivedSchema(of: type).json
        return try #require(
            JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary)
    }

    private struct Verdict: Decodable {
        enum Label: String, Decodable, CaseIterable { case spam, ham }
        struct Reason: Decodable { var words: [String] }
        var isSpam: Bool
        var label: Label
        var score: Double
        var count: Int
        var why: String?
        var reasons: [Reason]
        var more: [String: Int]

        private enum CodingKeys: String, CodingKey {
            case isSpam = "is_spam"
            case label, score, count, why, reasons, more
        }
    }

    @Test func `a type of plain values, optionals, lists and enumerations has a schema`() throws {
        let found = try schema(of: Verdict.self)
        let properties = try #require(found["properties"] as? [String: [String: Any]])
        #expect(found["type"] as? String == "object")
        #expect(found["additionalProperties"] as? Bool == false)
        #expect(
            found["required"] as? [String]
                == ["is_spam", "label", "score", "count", "reasons", "more"])
        #expect(properties["is_spam"]?["type"] as? String == "boolean")
        #expect(properties["label"]?["enum"] as? [String] == ["spam", "ham"])
        #expect(properties["score"]?["type"] as? String == "number")
        #expect(properties["count"]?["type"] as? String == "integer")
        #expect(properties["why"]?["type"] as? String == "string")
        #expect(properties["more"]?["type"] as? String == "object")
        let element = try #require(properties["reasons"]?["items"] as? [String: Any])
        let words = try #require(
            (element["properties"] as? [String: [String: Any]])?["words"])
        #expect((words["items"] as? [String: String])?["type"] == "string")
    }

    @Test func `lists, values and types without members have one too`() throws {
        #expect(
            try DerivedSchema(of: [Int].self).json
                == #"{"type":"array","items":{"type":"integer"}}"#)
        #expect(try DerivedSchema(of: String.self).json == #"{"type":"string"}"#)
        #expect(try DerivedSchema(of: [String: Bool].self).json == #"{"type":"object"}"#)
        #expect(try DerivedSchema(of: [[UInt8]].self).json.contains(#""items":{"type":"array""#))
    }

    private struct Odd: Decodable {
        var key: String
        private enum CodingKeys: String, CodingKey { case key = "a\"b" }
    }

    @Test func `names are escaped`() throws {
        let found = try schema(of: Odd.self)
        #expect(found["required"] as? [String] == ["a\"b"])
    }

    private final class Tree: Decodable {
        var children: [Tree]
    }

    private struct Picky: Decodable {
        enum Level: String, Decodable { case low, high }
        var level: Level
    }

    @Test func `a type that contains itself, or that refuses what is made up, has none`() {
        #expect(throws: DerivedSchema.Underivable.self) { try DerivedSchema(of: Tree.self) }
        #expect(throws: (any Error).self) { try DerivedSchema(of: Picky.self) }
    }
}
