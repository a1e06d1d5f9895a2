import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// The settings of the body that is sent, compared as JSON; `GeminiTurnsTests` has its contents.
@Suite struct GeminiRequestBodyTests {
    private func body(
        _ request: ModelRequest, model: String = "gemini-2.5-pro", effort: ReasoningEffort? = nil
    ) throws -> NSDictionary {
        let target = Target(provider: "p", model: model, effort: effort)
        let bytes = try GeminiRequestBody(request: request, target: target).write()
        let value = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView))
        return try #require(value as? NSDictionary)
    }

    private func object(_ json: String) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return try #require(value as? NSDictionary)
    }

    @Test func `a plain prompt is nothing but contents`() throws {
        #expect(
            try body(prompt("hi"))
                == object(#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#))
    }

    @Test func `everything that is asked for is written`() throws {
        var request = prompt("hi")
        request.tools = [
            ModelTool(
                name: "f", description: "does", parametersJSON: #"{"type":"object"}"#,
                strict: true),
            ModelTool(name: "g", description: "", parametersJSON: "", strict: false),
        ]
        request.toolChoice = .named("f")
        request.temperature = 0.5
        request.topP = 1
        request.maxOutputTokens = 9
        request.stop = ["a", "\n"]
        request.seed = 7
        request.responseFormat = .jsonSchema(
            name: "s", schemaJSON: #"{"type":"array"}"#, strict: true)
        request.effort = .low
        let expected = try object(
            """
            {"contents":[{"role":"user","parts":[{"text":"hi"}]}],
             "tools":[{"functionDeclarations":[
              {"name":"f","description":"does","parametersJsonSchema":{"type":"object"}},
              {"name":"g"}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
             "generationConfig":{"temperature":0.5,"topP":1,"maxOutputTokens":9,
              "stopSequences":["a","\\n"],"seed":7,
              "responseMimeType":"application/json","responseJsonSchema":{"type":"array"},
              "thinkingConfig":{"includeThoughts":true,"thinkingBudget":1024}}}
            """)
        #expect(try body(request) == expected)
    }

    @Test func `a tool choice of words is mapped, and what is usual left out`() throws {
        var request = prompt("hi")
        request.tools = [ModelTool(name: "f", description: "", parametersJSON: "", strict: false)]
        #expect(try body(request)["toolConfig"] == nil)
        request.toolChoice = .required
        #expect(
            try body(request)["toolConfig"] as? NSDictionary
                == object(#"{"functionCallingConfig":{"mode":"ANY"}}"#))
        request.toolChoice = .none
        #expect(
            try body(request)["toolConfig"] as? NSDictionary
                == object(#"{"functionCallingConfig":{"mode":"NONE"}}"#))
    }

    @Test func `a choice among no tools is not written`() throws {
        var request = prompt("hi")
        request.toolChoice = .none
        #expect(try body(request)["toolConfig"] == nil)
    }

    @Test func `JSON without a schema is asked for by its type alone`() throws {
        var request = prompt("hi")
        request.responseFormat = .jsonObject
        #expect(
            try body(request)["generationConfig"] as? NSDictionary
                == ["responseMimeType": "application/json"])
    }

    private static let thinking: [(String, ReasoningEffort, String)] = [
        ("gemini-2.5-pro", .minimal, #""thinkingBudget":512"#),
        ("gemini-2.5-pro", .low, #""thinkingBudget":1024"#),
        ("gemini-2.5-pro", .medium, #""thinkingBudget":8192"#),
        ("gemini-2.5-pro", .high, #""thinkingBudget":24576"#),
        ("gemini-3-pro-preview", .minimal, #""thinkingLevel":"low""#),
        ("gemini-3-pro-preview", .low, #""thinkingLevel":"low""#),
        ("gemini-3.1-flash", .medium, #""thinkingLevel":"high""#),
        ("models/gemini-3-pro-preview", .high, #""thinkingLevel":"high""#),
    ]

    @Test(arguments: thinking)
    func `an effort is told in the words of the model`(
        model: String, effort: ReasoningEffort, member: String
    ) throws {
        #expect(
            try body(prompt("hi"), model: model, effort: effort)["generationConfig"]
                as? NSDictionary
                == object(#"{"thinkingConfig":{"includeThoughts":true,\#(member)}}"#))
    }

    @Test func `the target's effort wins over the request's`() throws {
        var request = prompt("hi")
        request.effort = .low
        let config = try body(request, effort: .high)["generationConfig"] as? NSDictionary
        #expect((config?["thinkingConfig"] as? NSDictionary)?["thinkingBudget"] as? Int == 24_576)
    }

    @Test(arguments: [
        (Int64(7), 7), (-1, -1), (4_294_967_303, 7), (.max, -1), (2_147_483_648, -2_147_483_648),
    ])
    func `a seed is made to fit 32 bits`(seed: Int64, sent: Int) throws {
        var request = prompt("hi")
        request.seed = seed
        let config = try body(request)["generationConfig"] as? NSDictionary
        #expect(config?["seed"] as? Int == sent)
    }

    @Test(arguments: ["", "{", "[]", "1", #"{"a":1},"model":"other""#, "{} {}", "nonsense"])
    func `a schema that is not one whole JSON object is refused`(schema: String) throws {
        var request = prompt("hi")
        request.responseFormat = .jsonSchema(name: "s", schemaJSON: schema, strict: false)
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }

    @Test func `a number that JSON has no word for is refused`() {
        var request = prompt("hi")
        request.topP = .nan
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }

    // MARK: Around the body

    private let dialect = Gemini(ProviderSettings(name: "g", kind: .gemini), host: "")

    @Test(arguments: [
        ("gemini-2.5-pro", "/models/gemini-2.5-pro"),
        ("models/gemini-2.5-pro", "/models/gemini-2.5-pro"),
        ("m:1@2", "/models/m:1@2"), ("a/../b?key=c#d", "/models/a%2F..%2Fb%3Fkey=c%23d"),
        ("ü %\n", "/models/%C3%BC%20%25%0A"), ("models/models/x", "/models/models%2Fx"),
    ])
    func `the model is one segment of the path`(model: String, path: String) {
        let target = Target(provider: "g", model: model)
        #expect(dialect.path(to: target, streams: false) == path + ":generateContent")
        #expect(
            dialect.path(to: target, streams: true) == path + ":streamGenerateContent?alt=sse")
    }

    @Test func `the key goes into its header and nowhere else`() {
        let headers = dialect.headers(apiKey: Secret(canaryKey))
        #expect(headers == [.init(name: "x-goog-api-key", value: Secret(canaryKey))])
        #expect(dialect.headers(apiKey: nil).isEmpty)
    }
}
