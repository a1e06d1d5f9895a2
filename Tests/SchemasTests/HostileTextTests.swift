import Patience
import Schemas
import Seeded
import Testing

/// Texts, and pairs of schema and text, that would crash a validator or keep it busy.
@Suite(.serialized, .timeLimit(.minutes(Patience.slowness)))
struct HostileTextTests {
    /// Debug builds of the C++ are about five times slower than what runs in a daemon.
    private static let limit = Patience.stretched(.seconds(10))

    private func problems(_ schema: String, _ text: String) throws -> [String] {
        let schema = try JSONSchema(schema)
        let clock = ContinuousClock()
        let start = clock.now
        let problems = schema.problems(in: text)
        #expect(clock.now - start < Self.limit, "took \(clock.now - start)")
        return problems
    }

    private func array(_ count: Int, of item: (Int) -> String) -> String {
        "[" + (0..<count).map(item).joined(separator: ",") + "]"
    }

    private static let tooCostly = [
        """
        to check it takes more than 2,000,000 steps, which is the limit; make it, or the schema, \
        smaller
        """
    ]

    @Test func `a pattern that backtracks elsewhere is linear here`() throws {
        let text = "\"" + String(repeating: "a", count: 30_000) + "\""
        for pattern in ["^(a+)+$b", "^(a|a)*$b", "(a*)*b", "(.*)*(.*)*b"] {
            #expect(
                try problems(#"{"pattern": "\#(pattern)"}"#, text)
                    == ["(root): Failed to match regex specified by 'pattern' constraint."])
        }
    }

    @Test func `a pattern whose automaton is too large is counted`() throws {
        var seeded = Seeded(seed: 1)
        let text = String(
            decoding: (0..<500_000).map { _ in
                Bool.random(using: &seeded) ? UInt8(ascii: "a") : UInt8(ascii: "b")
            }, as: UTF8.self)
        #expect(
            try problems(#"{"pattern": "(a|b)*a(a|b){500}c"}"#, "\"\(text)\"") == Self.tooCostly)
    }

    @Test func `the patterns of formats do not overflow the stack`() throws {
        let digits = String(repeating: "1", count: 1_000_000)
        for format in ["date", "time", "date-time"] {
            #expect(try problems(#"{"format": "\#(format)"}"#, "\"\(digits)-01-xx\"") != [])
        }
    }

    @Test func `nesting is bounded`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            for count in [129, 1_000_000] {
                let text =
                    String(repeating: open, count: count) + "1"
                    + String(repeating: close, count: count)
                #expect(
                    try problems("{}", text) == [
                        "it is nested more than 128 levels deep, which is the limit; make it flatter"
                    ])
            }
            let text =
                String(repeating: open, count: 128) + "1" + String(repeating: close, count: 128)
            #expect(try problems(##"{"items": {"$ref": "#"}}"##, text) == [])
        }
    }

    /// As deep as a schema and a text may be at once.
    @Test(
        .enabled(if: !Patience.watchesThreads),
        arguments: [#""allOf": [X]"#, #""anyOf": [X]"#, #""oneOf": [X]"#, #""not": X"#])
    func `the deepest of recursions fits on the stack`(link: String) throws {
        let links = (0..<62).map { place in
            let next = ##"{"$ref": "#/definitions/\##(place + 1)"}"##
            return #""\#(place)": {\#(link.replacing("X", with: next))}"#
        }
        let schema = ##"""
            {"$ref": "#/definitions/0", "definitions": {\##(links.joined(separator: ",")),
             "62": {"properties": {"a": {"$ref": "#/definitions/0"}}}}}
            """##
        let text =
            String(repeating: #"{"a":"#, count: 127) + "1" + String(repeating: "}", count: 127)
        #expect(try problems(schema, text) == [])
    }

    @Test func `size is bounded`() throws {
        let long = "\"" + String(repeating: "x", count: 8 << 20) + "\""
        #expect(
            try problems("{}", long) == [
                "it is 8,388,610 bytes; at most 8,388,608 are taken; shorten it"
            ])
        #expect(
            try problems("{}", array(1_000_001) { _ in "1" }) == [
                "it has more than 1,000,000 values, which is the limit; shorten it"
            ])
        let key = String(repeating: "k", count: 5_000)
        #expect(
            try problems("{}", #"{"\#(key)": 1}"#) == [
                "it has a key of 5,000 bytes; keys of at most 4,096 are taken"
            ])
    }

    @Test func `fan-out over a long array is counted`() throws {
        let links = (0..<12).map { place in
            let next = ##"{"$ref": "#/definitions/\##(place + 1)"}"##
            return #""\#(place)": {"oneOf": [\#(next), \#(next)]}"#
        }
        let schema = ##"""
            {"items": {"not": {"$ref": "#/definitions/0"}},
             "definitions": {\##(links.joined(separator: ",")), "12": {}}}
            """##
        #expect(try problems(schema, array(900_000) { _ in "1" }) == Self.tooCostly)
    }

    @Test func `unique items are not compared all with all`() throws {
        let numbers = array(300_000) { "\($0)" }
        #expect(try problems(#"{"uniqueItems": true}"#, numbers) == [])
        #expect(
            try problems(#"{"uniqueItems": true}"#, array(300_001) { "\($0 % 300_000)" })
                == ["(root): Items 0 and 300000 are the same, and may not be"])
        let nested =
            String(repeating: "[", count: 100) + numbers
            + String(repeating: "]", count: 100)
        #expect(
            try problems(##"{"uniqueItems": true, "items": {"$ref": "#"}}"##, nested)
                == Self.tooCostly)
    }

    @Test func `a long enum over a long array is looked up`() throws {
        let schema = #"{"items": {"enum": \#(array(30_000) { "\"v\($0)\"" })}}"#
        #expect(try problems(schema, array(100_000) { _ in #""v29999""# }) == [])
        #expect(
            try problems(schema, array(100_000) { _ in #""w""# }).count
                == JSONSchema.limits.problemsMax)
    }

    @Test func `many names over large objects are counted`() throws {
        let object = "{" + (0..<100_000).map { #""\#($0)":1"# }.joined(separator: ",") + "}"
        let names = array(30_000) { #""\#($0)""# }
        #expect(
            try problems(#"{"items": {"required": \#(names)}}"#, "[\(object),\(object)]") == [])
        let patterns = (0..<256).map { #""^\#($0)(a|b)*$": {}"# }.joined(separator: ",")
        #expect(
            try problems("{\"patternProperties\": {\(patterns)}}", object) == Self.tooCostly)
    }

    @Test func `many looks at one long text are counted`() throws {
        let schema = #"{"allOf": \#(array(4_000) { _ in #"{"minLength": 1}"# })}"#
        let text = "\"" + String(repeating: "x", count: 8_000_000) + "\""
        #expect(try problems(schema, text) == Self.tooCostly)
    }

    @Test func `long keys over a long array are counted`() throws {
        let key = String(repeating: "k", count: 4_096)
        let open = String(repeating: #"{"\#(key)":"#, count: 100)
        let text = open + array(700_000) { _ in "1" } + String(repeating: "}", count: 100)
        let schema = ##"{"additionalProperties": {"$ref": "#"}, "items": {"type": "integer"}}"##
        #expect(try problems(schema, text) == Self.tooCostly)
    }

    @Test func `a schema may be read by many threads at once`() async throws {
        let schema = try JSONSchema(
            ##"{"pattern": "^a+$", "items": {"$ref": "#"}, "format": "date-time"}"##)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        #expect(schema.problems(in: #"["aaa", ["b"]]"#).count > 0)
                        #expect(schema.problems(in: "[]") == [])
                    }
                }
            }
        }
    }
}
