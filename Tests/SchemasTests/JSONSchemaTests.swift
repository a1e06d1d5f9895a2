import Patience
import Schemas
import Testing

/// What fits a schema and what does not, keyword by keyword.
struct JSONSchemaTests {
    struct Case: CustomTestStringConvertible {
        let schema: String
        let fits: [String]
        let fails: [String]

        var testDescription: String { schema }
    }

    static let cases: [Case] = [
        Case(schema: "true", fits: ["1", "null"], fails: []),
        Case(schema: "false", fits: [], fails: ["1", "{}"]),
        Case(schema: #"{"type": "string"}"#, fits: [#""a""#], fails: ["1", "null", "{}"]),
        Case(schema: #"{"type": ["string", "null"]}"#, fits: [#""a""#, "null"], fails: ["1"]),
        Case(schema: #"{"type": "boolean"}"#, fits: ["true"], fails: [#""true""#, "1"]),
        Case(schema: #"{"type": "number"}"#, fits: ["1", "1.5", "1e300"], fails: [#""1""#]),
        Case(
            schema: #"{"required": ["a", "b"]}"#,
            fits: [#"{"a": 1, "b": 2}"#, "[]"], fails: [#"{"a": 1}"#]),
        Case(
            schema: #"{"properties": {"a": {"properties": {"b": {"type": "null"}}}}}"#,
            fits: [#"{"a": {"b": null}}"#, "{}"], fails: [#"{"a": {"b": 1}}"#]),
        Case(
            schema: #"{"properties": {"a": {}}, "additionalProperties": false}"#,
            fits: [#"{"a": 1}"#], fails: [#"{"b": 1}"#]),
        Case(
            schema: #"{"additionalProperties": {"type": "integer"}}"#,
            fits: [#"{"a": 1}"#], fails: [#"{"a": "x"}"#]),
        Case(
            schema: #"{"patternProperties": {"^x": {"type": "integer"}}}"#,
            fits: [#"{"x1": 1, "y": "s"}"#], fails: [#"{"x1": "s"}"#]),
        Case(
            schema: #"{"propertyNames": {"pattern": "^a"}}"#,
            fits: [#"{"ab": 1}"#, "3"], fails: [#"{"b": 1}"#]),
        // valijson 1.0 takes the schema around it for the one of the names, when a reference leads
        // there.
        Case(
            schema: ##"""
                {"properties": {"x": {"$ref": "#/definitions/p"}},
                 "definitions": {"p": {"type": "object", "propertyNames": {"maxLength": 2}}}}
                """##,
            fits: [#"{"x": {"ab": 1}}"#], fails: [#"{"x": {"abc": 1}}"#]),
        Case(
            schema: #"{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#,
            fits: [#"{"a": 1, "b": 1}"#, #"{"c": 1, "d": 1}"#, "{}"],
            fails: [#"{"a": 1}"#, #"{"c": 1}"#]),
        Case(
            schema: #"{"minProperties": 1, "maxProperties": 2}"#,
            fits: [#"{"a": 1}"#], fails: ["{}", #"{"a": 1, "b": 1, "c": 1}"#]),
        Case(
            schema: #"{"items": {"type": "integer"}, "minItems": 1, "maxItems": 2}"#,
            fits: ["[1]", "[1, 2]"], fails: ["[]", "[1, 2, 3]", #"["a"]"#]),
        Case(
            schema: #"{"items": [{"type": "integer"}, {}], "additionalItems": false}"#,
            fits: ["[1]", "[1, 2]"], fails: ["[1, 2, 3]", #"["a"]"#]),
        Case(schema: #"{"contains": {"const": 3}}"#, fits: ["[1, 3]"], fails: ["[1]", "[]"]),
        Case(
            schema: #"{"uniqueItems": true}"#,
            fits: ["[]", "[1, 2]", #"[1, "1", true, [1]]"#, #"[{"a": 1}, {"a": 2}]"#],
            fails: ["[1, 1.0]", #"[{"a": 1, "b": [2]}, {"b": [2], "a": 1}]"#]),
        Case(
            schema: #"{"enum": [1, "a", null, {"x": [1, 2]}]}"#,
            fits: ["1", "1.0", #""a""#, "null", #"{"x": [1, 2]}"#],
            fails: [#""1""#, "true", #"{"x": [2, 1]}"#]),
        Case(schema: #"{"const": false, "enum": [false, 0]}"#, fits: ["false"], fails: ["0"]),
        Case(
            schema: #"{"allOf": [{"minimum": 1}, {"maximum": 3}]}"#, fits: ["2"],
            fails: ["0", "4"]),
        Case(
            schema: #"{"anyOf": [{"type": "string"}, {"minimum": 3}]}"#, fits: [#""a""#, "3"],
            fails: ["2"]),
        Case(
            schema: #"{"oneOf": [{"multipleOf": 2}, {"multipleOf": 3}]}"#, fits: ["2", "3"],
            fails: ["6", "5"]),
        Case(schema: #"{"not": {"type": "null"}}"#, fits: ["1"], fails: ["null"]),
        Case(
            schema:
                #"{"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}"#,
            fits: [#""ab""#, "2", "null"], fails: [#""a""#, "1"]),
        Case(
            schema: #"{"exclusiveMinimum": 1, "exclusiveMaximum": 2}"#, fits: ["1.5", #""x""#],
            fails: ["1", "2"]),
        Case(
            schema: ##"""
                {"properties": {"a": {"$ref": "#/definitions/n"}, "b": {"$ref": "#/$defs/s~1t%20u"}},
                 "definitions": {"n": {"type": "integer"}}, "$defs": {"s/t u": {"type": "string"}}}
                """##,
            fits: [#"{"a": 1, "b": "x"}"#], fails: [#"{"a": "x"}"#, #"{"b": 1}"#]),
        Case(
            schema: ##"""
                {"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}},
                 "required": ["v"], "additionalProperties": true}
                """##,
            fits: [#"{"v": 1, "left": {"v": 2, "right": {"v": 3}}}"#],
            fails: [#"{"v": 1, "left": {"v": 2, "right": {}}}"#]),
        // A property may be named like a keyword.
        Case(
            schema: #"{"properties": {"$ref": {"type": "string"}, "prefixItems": {}}}"#,
            fits: [##"{"$ref": "#"}"##], fails: [#"{"$ref": 1}"#]),
    ]

    @Test(.timeLimit(.minutes(Patience.slowness)), arguments: cases)
    func `a text fits or does not`(example: Case) throws {
        let schema = try JSONSchema(example.schema)
        for text in example.fits { #expect(schema.problems(in: text) == [], "\(text)") }
        for text in example.fails { #expect(schema.problems(in: text) != [], "\(text)") }
    }

    static let numbers: [Case] = [
        Case(
            schema: #"{"type": "integer"}"#,
            fits: [
                "1", "1.0", "-0", "1e2", "9223372036854775807", "18446744073709551615", "1e300",
                "123456789012345678901234567890",
            ],
            fails: ["1.5", "1e-1", #""1""#]),
        Case(
            schema: #"{"minimum": 0}"#, fits: ["18446744073709551615", "9223372036854775808"],
            fails: ["-9223372036854775808", "-0.1"]),
        Case(
            schema: #"{"multipleOf": 0.01}"#, fits: ["19.99", "0.07", "1", #""1.005""#],
            fails: ["1.005"]),
        Case(schema: #"{"multipleOf": 1}"#, fits: ["7", "7.0"], fails: ["7.5"]),
        Case(
            schema: #"{"multipleOf": 1}"#, fits: ["-9223372036854775808", "1e300"],
            fails: ["0.5"]),
        Case(
            schema: #"{"enum": [9007199254740993]}"#, fits: ["9007199254740993"],
            fails: ["9007199254740992"]),
        Case(schema: #"{"maxItems": 2.0}"#, fits: ["[1, 2]"], fails: ["[1, 2, 3]"]),
    ]

    @Test(.timeLimit(.minutes(Patience.slowness)), arguments: numbers)
    func `numbers are what draft 7 calls them`(example: Case) throws {
        try `a text fits or does not`(example: example)
    }

    static let texts: [Case] = [
        Case(
            schema: #"{"minLength": 2, "maxLength": 3}"#, fits: [#""éé""#, #""日本語""#, #""👩🏽a""#],
            fails: [#""é""#, #""abcd""#, #""👍""#]),
        Case(
            schema: #"{"pattern": "^[\u00e0-\u00ff]+$"}"#, fits: [#""éà""#], fails: [#""e""#]),
        Case(
            schema: #"{"pattern": "^[\\u4e00-\\u9fff\\uD83D\\uDE00]+\\/$"}"#,
            fits: [#""日本😀/""#], fails: [#""a/""#]),
        Case(schema: #"{"pattern": "b"}"#, fits: [#""abc""#, "1"], fails: [#""ac""#]),
        Case(
            schema: #"{"format": "date"}"#, fits: [#""2024-02-29""#, "12", "[1]", "{}", "null"],
            fails: [#""2024-13-01""#, #""2024-02-30""#, #""x""#]),
        Case(
            schema: #"{"format": "time"}"#, fits: [#""16:52:45Z""#, #""16:52:45.5+02:00""#],
            fails: [#""16:52""#, #""25:00:00Z""#]),
        Case(
            schema: #"{"format": "date-time"}"#, fits: [#""2022-07-18T16:52:45Z""#],
            fails: [#""2022-07-18""#, #""2022-06-31T16:52:45Z""#]),
        Case(schema: #"{"format": "anything"}"#, fits: [#""x""#], fails: []),
    ]

    @Test(.timeLimit(.minutes(Patience.slowness)), arguments: texts)
    func `texts are counted in characters and matched as Unicode`(example: Case) throws {
        try `a text fits or does not`(example: example)
    }
}
