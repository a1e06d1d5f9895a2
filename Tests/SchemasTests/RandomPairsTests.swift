import Patience
import Schemas
import Seeded
import Testing

/// Thousands of schemas and texts that nobody thought of.
@Suite(.timeLimit(.minutes(Patience.slowness)))
struct RandomPairsTests {
    @Test(arguments: Seeded.seeds(8))
    func `no pair crashes or takes long`(seed: UInt64) {
        var writer = RandomJSON(seeded: Seeded(seed: seed))
        let clock = ContinuousClock()
        var taken = 0
        for _ in 0..<500 {
            let text = writer.schemaText()
            let start = clock.now
            if let schema = try? JSONSchema(text) {
                taken += 1
                for _ in 0..<4 { _ = schema.problems(in: writer.valueText()) }
                // A text that is cut off, or has a byte too many.
                _ = schema.problems(in: String(writer.valueText().dropLast()))
                _ = schema.problems(in: text)
            }
            #expect(clock.now - start < Patience.stretched(.seconds(5)), "\(text)")
        }
        #expect(taken > 50, "the random schemas are hardly ever taken: \(taken)")
    }

    @Test(arguments: Seeded.seeds(4))
    func `a value fits the schema that is its own constant`(seed: UInt64) throws {
        var writer = RandomJSON(seeded: Seeded(seed: seed))
        for _ in 0..<200 {
            let value = writer.valueText()
            let schema = try JSONSchema(#"{"allOf": [{"const": \#(value)}]}"#)
            #expect(schema.problems(in: value) == [], "\(value)")
            #expect(schema.problems(in: "[\(value)]") != [], "\(value)")
            let not = try JSONSchema(#"{"not": {"enum": [\#(value)]}}"#)
            #expect(not.problems(in: value) != [], "\(value)")
        }
    }
}

/// Writes schemas, most of them right, and values that may fit them.
struct RandomJSON {
    var seeded: Seeded

    mutating func schemaText() -> String {
        let named = ["a", "b", "é"].map { #""\#($0)": \#(schema(depth: 3))"# }
        let body = schema(depth: 4).dropFirst().dropLast()
        return #"{"definitions": {\#(named.joined(separator: ","))}"#
            + (body.isEmpty || body.first != "\"" ? "}" : ",\(body)}")
    }

    mutating func valueText() -> String { value(depth: 4) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &seeded)]
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &seeded) < percent
    }

    private mutating func schema(depth: Int) -> String {
        if depth == 0 || chance(5) {
            return pick(["true", "false", "{}", "{\"type\": \"string\"}"])
        }
        if chance(15) {
            return
                ##"{"$ref": "#\##(pick(["", "/definitions/a", "/definitions/b", "/definitions/%C3%A9", "/definitions/a/items"]))"}"##
        }
        var keywords: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &seeded) {
            let (name, argument) = keyword(depth: depth - 1)
            keywords[name] = argument
        }
        let sorted = keywords.sorted { $0.key < $1.key }
        return "{" + sorted.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",") + "}"
    }

    private mutating func keyword(depth: Int) -> (String, String) {
        switch Int.random(in: 0..<12, using: &seeded) {
        case 0, 1:
            return (
                pick(["allOf", "anyOf", "oneOf"]),
                "[\(schema(depth: depth)), \(schema(depth: depth))]"
            )
        case 2: return (pick(["not", "if", "then", "else"]), schema(depth: depth))
        case 3: return (pick(["contains", "propertyNames", "items"]), schema(depth: depth))
        case 4:
            return ("items", "[\(schema(depth: depth)), \(schema(depth: depth))]")
        case 5:
            return (pick(["additionalItems", "additionalProperties"]), schema(depth: depth))
        case 6, 7:
            return (
                "properties", #"{"a": \#(schema(depth: depth)), "é": \#(schema(depth: depth))}"#
            )
        case 8:
            let pattern = pick(["^a", "(a+)+$", "[^a]", ".", "\\\\d"])
            return (
                pick(["patternProperties", "dependencies"]),
                #"{"\#(pattern)": \#(schema(depth: depth))}"#
            )
        case 9: return limit()
        case 10:
            return pick([
                ("type", #""object""#), ("type", #"["array", "null", "integer"]"#),
                ("required", #"["a"]"#), ("uniqueItems", "true"), ("pattern", #""^(a|b)*$""#),
                ("format", #""date-time""#),
            ])
        default: return pick([("const", value(depth: 2)), ("enum", "[\(value(depth: 1))]")])
        }
    }

    private mutating func limit() -> (String, String) {
        let name = pick([
            "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
            "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
        ])
        return (name, pick(["1", "2.0", "3", "1e300", "0", "-1", "0.1", "18446744073709551615"]))
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &seeded) {
        case 0: return pick(["null", "true", "false"])
        case 1, 2:
            return pick([
                "0", "-0.0", "1", "1.0", "1.5", "-7", "1e300", "1e-300", "18446744073709551615",
                "-9223372036854775808", "9007199254740993",
            ])
        case 3, 4: return pick([#""""#, #""a""#, #""abba""#, #""é👩🏽""#, #""2024-02-29T00:00:00Z""#])
        case 5, 6:
            let count = Int.random(in: 0...3, using: &seeded)
            return "[" + (0..<count).map { _ in value(depth: depth - 1) }.joined(separator: ",")
                + "]"
        default:
            let names = ["a", "é", "b/~"].filter { _ in chance(60) }
            let members = names.map { #""\#($0)": \#(value(depth: depth - 1))"# }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
