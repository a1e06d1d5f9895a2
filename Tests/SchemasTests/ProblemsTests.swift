import Schemas
import Testing

/// What a caller reads, and a model after it.
struct ProblemsTests {
    @Test func `a problem names the place as a JSON pointer and says what is wrong`() throws {
        let schema = try JSONSchema(
            #"{"properties": {"a/b": {"items": {"properties": {"~": {"enum": ["x", "y"]}}}}}}"#)
        #expect(
            schema.problems(in: #"{"a/b": [{}, {"~": "z"}]}"#)
                == [#"/a~1b/1/~0: Value should be one of 2: "x", "y""#])
    }

    @Test func `a problem at the root says so`() throws {
        let schema = try JSONSchema(#"{"required": ["name"]}"#)
        #expect(schema.problems(in: "{}") == ["(root): Missing required property 'name'."])
    }

    @Test func `of many problems a few are told, in few bytes`() throws {
        let schema = try JSONSchema(#"{"items": {"type": "string"}}"#)
        let problems = schema.problems(in: "[" + String(repeating: "1,", count: 50_000) + "1]")
        #expect(problems.count == JSONSchema.limits.problemsMax)
        #expect(problems.first == "/0: Value type not permitted by 'type' constraint.")
    }

    @Test func `long keys and line ends do not make a problem long`() throws {
        let schema = try JSONSchema(#"{"additionalProperties": {"type": "string"}}"#)
        let key = String(repeating: "é", count: 2_000)
        let problems = schema.problems(in: #"{"a\nb": 1, "\#(key)": 1}"#)
        #expect(problems.count == 2)
        #expect(problems.allSatisfy { $0.utf8.count < 600 })
        #expect(problems.contains { $0.hasPrefix("/a b: ") })
    }

    @Test(arguments: [
        ("", "it is empty, which is not JSON"),
        ("{", "it is not JSON: "),
        ("1 2", "it is not JSON: "),
        ("NaN", "it is not JSON: "),
        ("1e999", "it is not JSON: "),
        (#""\ud800""#, "it is not JSON: "),
        ("{}\0", "it is not JSON: it has a null byte"),
        (#"{"a": 1, "a": 2}"#, #"an object has the key "a" more than once"#),
        (#""a\u0000b""#, "it has the character U+0000 in a text"),
    ])
    func `what is no JSON does not fit`(text: String, start: String) throws {
        let problems = try JSONSchema("{}").problems(in: text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(start) == true, "\(problems)")
    }

    @Test(arguments: [
        (#"{"type": "text"}"#, "at #: type is array, boolean"),
        (#"{"properties": {"a": {"items": 3}}}"#, "at #/properties/a/items: a schema is an object"),
        (#"{"minLength": -1}"#, "at #: minLength is an integer from 0 on"),
        (#"{"maxItems": 1e30}"#, "at #: maxItems is an integer from 0 on"),
        (#"{"multipleOf": 0}"#, "at #: multipleOf is a number above 0"),
        (#"{"minimum": 1, "exclusiveMinimum": true}"#, "at #: exclusiveMinimum is a number"),
        (#"{"required": true}"#, "at #: required is an array of strings"),
        (#"{"enum": 1}"#, "at #: enum is an array"),
        (#"{"anyOf": []}"#, "at #: anyOf is an array of at least one schema"),
        (#"{"prefixItems": []}"#, "at #: prefixItems is of a draft after 7"),
        (##"{"$ref": "#/definitions/x"}"##, ##"at #: $ref leads to "#/definitions/x", which is"##),
        (##"{"$ref": "#x"}"##, ##"at #: $ref "#x" is not # or a pointer"##),
        (#"{"$ref": "http://127.0.0.1/s"}"#, #"at #: $ref leads to "http://127.0.0.1/s"; nothing"#),
        (#"{"$ref": "urn:x:y"}"#, #"at #: $ref leads to "urn:x:y"; nothing is fetched"#),
        ("[]", "at #: a schema is an object or a boolean"),
        ("{", "it is not JSON: "),
    ])
    func `a schema that is none is refused with the place`(text: String, start: String) throws {
        let refused = #expect(throws: SchemaRefused.self) { try JSONSchema(text) }
        #expect(refused?.reason.hasPrefix(start) == true, "\(refused?.reason ?? "")")
    }
}
