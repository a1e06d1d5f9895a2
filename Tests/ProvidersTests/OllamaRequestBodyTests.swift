import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// The body that is sent, compared as JSON.
@Suite struct OllamaRequestBodyTests {
    private func body(
        _ request: ModelRequest, model: String = "m:1", effort: ReasoningEffort? = nil,
        streams: Bool = false
    ) throws -> NSDictionary {
        let target = Target(provider: "p", model: model, effort: effort)
        let bytes = try OllamaRequestBody(request: request, target: target, streams: streams)
            .write()
        let value = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView))
        return try #require(value as? NSDictionary)
    }

    private func object(_ json: String) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return try #require(value as? NSDictionary)
    }

    @Test(arguments: [true, false])
    func `a plain prompt always says whether it is streamed`(streams: Bool) throws {
        let expected =
            #"{"model":"m:1","messages":[{"role":"user","content":"hi"}],"stream":\#(streams)}"#
        #expect(try body(prompt("hi"), streams: streams) == object(expected))
    }

    @Test func `every kind of message is mapped`() throws {
        let request = ModelRequest(messages: [
            ModelMessage(role: .system, parts: [.text("be "), .text("brief")]),
            ModelMessage(
                role: .user,
                parts: [
                    .text("look"), .image(mediaType: "image/png", .data([1, 2, 3])),
                    .image(mediaType: "image/png", .data([4])),
                ]),
            ModelMessage(
                role: .assistant,
                parts: [
                    .reasoning(text: "h", signature: [1]), .reasoning(text: "m", signature: []),
                    .toolCall(id: "a", name: "f", argumentsJSON: #"{"x":{"y":[1]}}"#),
                    .toolCall(id: "b", name: "g", argumentsJSON: ""),
                ]),
            ModelMessage(
                role: .tool,
                parts: [
                    .toolResult(callID: "b", text: "1", isError: false),
                    .toolResult(callID: "a", text: "no", isError: true),
                ]),
            ModelMessage(
                role: .user,
                parts: [.text("go on"), .toolResult(callID: "c", text: "2", isError: false)]),
        ])
        let expected = try object(
            """
            {"model":"m:1","stream":false,"messages":[
              {"role":"system","content":"be brief"},
              {"role":"user","content":"look","images":["AQID","BA=="]},
              {"role":"assistant","content":"","thinking":"hm","tool_calls":[
                {"function":{"name":"f","arguments":{"x":{"y":[1]}}}},
                {"function":{"name":"g","arguments":{}}}]},
              {"role":"tool","content":"1","tool_name":"g"},
              {"role":"tool","content":"no","tool_name":"f"},
              {"role":"tool","content":"2"},
              {"role":"user","content":"go on"}]}
            """)
        #expect(try body(request) == expected)
    }

    @Test func `a result belongs to the last call with its id`() throws {
        let request = ModelRequest(
            messages: ["f", "g"].flatMap { name -> [ModelMessage] in
                [
                    ModelMessage(
                        role: .assistant,
                        parts: [.toolCall(id: "call_0", name: name, argumentsJSON: "{}")]),
                    ModelMessage(
                        role: .tool,
                        parts: [.toolResult(callID: "call_0", text: "r", isError: false)]),
                ]
            })
        let messages = try #require(try body(request)["messages"] as? [NSDictionary])
        #expect(messages.compactMap { $0["tool_name"] as? String } == ["f", "g"])
    }

    @Test func `every setting is mapped`() throws {
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
        request.seed = .min
        request.responseFormat = .jsonSchema(
            name: "s", schemaJSON: #"{"type":"array"}"#, strict: true)
        request.effort = .low
        let expected = try object(
            """
            {"model":"m:1","stream":false,"messages":[{"role":"user","content":"hi"}],
             "tools":[
              {"type":"function","function":{"name":"f","description":"does",
               "parameters":{"type":"object"}}},
              {"type":"function","function":{"name":"g",
               "parameters":{"type":"object","properties":{}}}}],
             "format":{"type":"array"},"think":true,
             "options":{"temperature":0.5,"top_p":1,"num_predict":9,"stop":["a","\\n"],
              "seed":-9223372036854775808}}
            """)
        #expect(try body(request) == expected)
    }

    @Test func `any JSON object is asked for by a word`() throws {
        var request = prompt("hi")
        request.responseFormat = .jsonObject
        #expect(try body(request)["format"] as? String == "json")
    }

    @Test func `no tools may be called where none are shown`() throws {
        var request = prompt("hi")
        request.tools = [ModelTool(name: "f", description: "", parametersJSON: "", strict: false)]
        request.toolChoice = .none
        #expect(try body(request)["tools"] == nil)
        for choice in [ToolChoice.auto, .required, .named("f")] {
            request.toolChoice = choice
            #expect((try body(request)["tools"] as? [Any])?.count == 1)
        }
    }

    @Test(arguments: [
        (ReasoningEffort.minimal, false), (.low, true), (.medium, true), (.high, true),
    ])
    func `most models think or do not`(effort: ReasoningEffort, thinks: Bool) throws {
        #expect(try body(prompt("hi"), effort: effort)["think"] as? NSNumber == thinks as NSNumber)
    }

    @Test(arguments: [
        (ReasoningEffort.minimal, "low"), (.low, "low"), (.medium, "medium"), (.high, "high"),
    ])
    func `gpt-oss is told how hard to think`(effort: ReasoningEffort, word: String) throws {
        for model in ["gpt-oss:20b", "hf.co/unsloth/GPT-OSS-120b-GGUF"] {
            let body = try body(prompt("hi"), model: model, effort: effort)
            #expect(body["think"] as? String == word)
        }
    }

    @Test func `the target's effort wins over the request's`() throws {
        var request = prompt("hi")
        request.effort = .minimal
        #expect(try body(request, effort: .high)["think"] as? Bool == true)
    }

    @Test func `an image by URL is refused in words`() {
        let request = ModelRequest(messages: [
            ModelMessage(role: .user, parts: [.image(mediaType: "", .url("https://x/y.png"))])
        ])
        let expected = ProviderRefusal(
            message: "the request has an image by its URL; Ollama takes only the bytes of images",
            isOfTarget: true)
        #expect(throws: expected) { try body(request) }
    }

    @Test(arguments: ["{", "[]", #"{"a":1},"model":"other""#, "nonsense"])
    func `what is not one whole JSON object is refused`(text: String) {
        var schema = prompt("hi")
        schema.responseFormat = .jsonSchema(name: "s", schemaJSON: text, strict: false)
        var tool = prompt("hi")
        tool.tools = [ModelTool(name: "f", description: "", parametersJSON: text, strict: false)]
        let call = ModelRequest(messages: [
            ModelMessage(
                role: .assistant, parts: [.toolCall(id: "a", name: "f", argumentsJSON: text)])
        ])
        for request in [schema, tool, call] {
            #expect(throws: ProviderRefusal.self) { try body(request) }
        }
    }

    @Test func `a number that JSON has no word for is refused`() {
        var request = prompt("hi")
        request.topP = .nan
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }

    @Test func `it is sent to the chat, with a key only where there is one`() {
        let dialect = Ollama(ProviderSettings(name: "p", kind: .openai), host: "")
        #expect(dialect.path(to: Target(provider: "p", model: "m"), streams: true) == "/api/chat")
        #expect(dialect.headers(apiKey: nil).isEmpty)
        #expect(
            dialect.headers(apiKey: Secret("k")) == [
                .init(name: "authorization", value: Secret("Bearer k"))
            ])
    }
}
