import Patience
import Schemas
import Testing

/// Schemas that would crash a validator or keep it busy. Each is refused, and soon.
@Suite(.timeLimit(.minutes(Patience.slowness)))
struct HostileSchemaTests {
    private func refusal(_ schema: String, within limit: Duration = .seconds(2)) -> String {
        let clock = ContinuousClock()
        let start = clock.now
        defer { #expect(clock.now - start < Patience.stretched(limit)) }
        do throws(SchemaRefused) {
            _ = try JSONSchema(schema)
            return "taken"
        } catch {
            return error.reason
        }
    }

    @Test(arguments: [
        "(?=a)b", "(?!a)b", "(?<=a)b", #"(a)\1"#, "(?>a)", "a++", "(", "[z-a]", "x{1001}",
        "((a{100}){100}){100}",
    ])
    func `a pattern that has no linear time is refused`(pattern: String) {
        let escaped = pattern.replacing(#"\"#, with: #"\\"#)
        for schema in [
            #"{"pattern": "\#(escaped)"}"#, #"{"patternProperties": {"\#(escaped)": {}}}"#,
        ] {
            let reason = refusal(schema)
            #expect(reason.contains("cannot be matched in linear time"), "\(reason)")
            #expect(reason.contains("without look-around and back-references"))
        }
    }

    @Test(arguments: [
        ##"{"$ref": "#"}"##,
        ##"{"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}"##,
        ##"{"properties": {"x": {"$ref": "#/properties/x"}}}"##,
    ])
    func `references in a circle are refused`(schema: String) {
        #expect(refusal(schema).contains("$ref leads in a circle"))
    }

    @Test(arguments: [
        ##"{"allOf": [{"$ref": "#"}]}"##, ##"{"anyOf": [{}, {"$ref": "#"}]}"##,
        ##"{"oneOf": [{"$ref": "#"}]}"##, ##"{"not": {"$ref": "#"}}"##,
        ##"{"if": {"$ref": "#"}}"##, ##"{"if": {}, "then": {"$ref": "#"}}"##,
        ##"{"if": {}, "else": {"$ref": "#"}}"##, ##"{"dependencies": {"a": {"$ref": "#"}}}"##,
        ##"{"items": {"allOf": [{"not": {"anyOf": [{"$ref": "#/items"}]}}]}}"##,
        ##"{"allOf": [{"$ref": "#/definitions/a"}], "definitions": {"a": {"not": {"$ref": "#/definitions/b"}}, "b": {"oneOf": [{"$ref": "#/definitions/a"}]}}}"##,
    ])
    func `a circle that does not go into the value is refused`(schema: String) {
        #expect(refusal(schema).contains("comes back to itself without going into the value"))
    }

    // valijson 1.0 resolves an id against the last one, for ever: "x", "xx", "xxx" and so on.
    @Test func `an id does not lead anywhere`() throws {
        let schema = try JSONSchema(
            ##"""
            {"definitions": {"a": {"id": "x", "properties": {"b": {"$ref": "#/definitions/a"}}}},
             "$ref": "#/definitions/a"}
            """##)
        #expect(schema.problems(in: #"{"b": {"b": {}}}"#) == [])
        #expect(refusal(#"{"items": {"$id": "x"}}"#) == "at #/items: $id is taken at the root only")
    }

    @Test func `nesting is bounded`() throws {
        let depth = JSONSchema.limits.depthMax
        #expect(depth == 128)
        _ = try JSONSchema(
            String(repeating: #"{"not":"#, count: 60) + "{}" + String(repeating: "}", count: 60))
        for count in [depth, 40_000] {
            let open = String(repeating: #"{"a":"#, count: count)
            let reason = refusal(open + "{}" + String(repeating: "}", count: count))
            #expect(reason.hasPrefix("it is nested more than 128 levels deep"), "\(reason)")
        }
        #expect(
            refusal(String(repeating: "[", count: 200_000)).hasPrefix("it is nested more than"))
        let nots = String(repeating: #"{"not":"#, count: 80) + "{}"
        #expect(
            refusal(nots + String(repeating: "}", count: 80)).contains(
                "81 schemas are in each other"))
    }

    @Test func `size is bounded`() {
        let long = #"{"title": ""# + String(repeating: "x", count: 300_000) + #""}"#
        #expect(refusal(long).hasPrefix("it is 300,013 bytes; at most 262,144 are taken"))
        let wide = "{\"enum\": [" + String(repeating: "1,", count: 40_000) + "1]}"
        #expect(refusal(wide).hasPrefix("it has more than 32,768 values"))
        let schemas = "{\"anyOf\": [" + String(repeating: "{},", count: 5_000) + "{}]}"
        #expect(refusal(schemas).hasPrefix("it has more than 4,096 schemas in it"))
    }

    @Test func `patterns are bounded in number, length and size`() {
        let long = String(repeating: "a", count: 5_000)
        #expect(refusal(#"{"pattern": "\#(long)"}"#).contains("is 5,000 bytes; at most 4,096"))
        let many = (0..<300).map { #""^\#($0)$": {}"# }.joined(separator: ",")
        #expect(
            refusal("{\"patternProperties\": {\(many)}}")
                .contains("more than 256 different patterns"))
        let large = (0..<256).map { #""(\#($0)|\\pL|[a-z]{3,900})*x": {}"# }
        #expect(
            refusal("{\"patternProperties\": {\(large.joined(separator: ","))}}")
                .contains("instructions; the limit is 65,536"))
    }

    /// Definitions that each hold the next one twice.
    private func doubling(_ count: Int, by keyword: String) -> String {
        let links = (0..<count).map { place in
            let next = ##"{"$ref": "#/definitions/\##(place + 1)"}"##
            return #""\#(place)": {"\#(keyword)": [\#(next), \#(next)]}"#
        }
        return ##"""
            {"$ref": "#/definitions/0", "definitions": {\##(links.joined(separator: ",")),
             "\##(count)": {"type": "string"}}}
            """##
    }

    @Test(arguments: ["allOf", "anyOf", "oneOf"])
    func `fan-out is bounded, and measured`(keyword: String) throws {
        #expect(
            refusal(doubling(40, by: keyword)).contains(
                "held against 1,000,000,000 or more schemas"))
        #expect(
            refusal(doubling(13, by: keyword)).contains("16,383 schemas, through allOf, anyOf"))
        #expect(refusal(doubling(13, by: keyword)).contains("the limit is 10,000"))
        let schema = try JSONSchema(doubling(8, by: keyword))
        #expect(schema.problems(in: "1") != [])
    }

    @Test func `a long chain of references is taken or refused, but does not fall`() {
        for count in [300, 4_000] {
            let links = (0..<count).map {
                ##""\##($0)": {"items": {"$ref": "#/definitions/\##($0 + 1)"}}"##
            }
            let reason = refusal(
                ##"""
                {"$ref": "#/definitions/0",
                 "definitions": {\##(links.joined(separator: ",")), "\##(count)": {}}}
                """##)
            #expect(reason == "taken" || reason.hasPrefix("it leads too deep"), "\(reason)")
        }
    }

    @Test func `aliases of one place are one place`() throws {
        let aliases = (0..<2_000).map { place in
            let slashes = place.isMultiple(of: 2) ? "a" : "%61"
            return ##""\##(place)": {"$ref": "#/definitions/\##(slashes)"}"##
        }
        let body = (0..<1_500).map { #""\#($0)": {}"# }.joined(separator: ",")
        let schema = ##"""
            {"properties": {\##(aliases.joined(separator: ","))},
             "definitions": {"a": {"properties": {\##(body)}}}}
            """##
        #expect(refusal(schema) == "taken")
    }

    @Test(arguments: [
        #"{"properties": {"a\u0000b": {}}}"#, #"{"pattern": "a\u0000b"}"#,
        #"{"required": ["\u0000"]}"#,
    ])
    func `a null character is refused`(schema: String) {
        #expect(refusal(schema).contains("U+0000"))
    }
}
