import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// The body that is sent, compared as JSON.
@Suite struct ResponsesRequestBodyTests {
    private func body(
        _ request: ModelRequest, effort: ReasoningEffort? = nil, streams: Bool = false
    ) throws -> NSDictionary {
        let target = Target(provider: "p", model: "m:1", effort: effort)
        let bytes = try ResponsesRequestBody(request: request, target: target, streams: streams)
            .write()
        let value = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView))
        return try #require(value as? NSDictionary)
    }

    private func object(_ json: String) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return try #require(value as? NSDictionary)
    }

    @Test func `a plain prompt is kept by nobody`() throws {
        let expected = try object(
            """
            {"model":"m:1","store":false,"input":[
              {"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}]}
            """)
        #expect(try body(prompt("hi")) == expected)
        #expect(try body(prompt("hi"), streams: true)["stream"] as? Bool == true)
    }

    @Test func `every kind of message is mapped in its order`() throws {
        let request = ModelRequest(messages: [
            ModelMessage(role: .system, parts: [.text("be "), .text("brief")]),
            ModelMessage(
                role: .user,
                parts: [
                    .text("look"), .image(mediaType: "image/png", .data([1, 2, 3])),
                    .image(mediaType: "", .url("https://x/y.png")),
                ]),
            ModelMessage(
                role: .assistant,
                parts: [
                    .reasoning(text: "hm", signature: Array("rs_1\nabc=".utf8)),
                    .text("I will "), .text("see"),
                    .toolCall(id: "a", name: "f", argumentsJSON: #"{"x":1}"#),
                    .toolCall(id: "b", name: "g", argumentsJSON: ""),
                ]),
            ModelMessage(
                role: .tool,
                parts: [
                    .toolResult(callID: "a", text: "1", isError: false),
                    .toolResult(callID: "b", text: "no", isError: true),
                ]),
            ModelMessage(role: .system, parts: [.text("and kind")]),
            ModelMessage(
                role: .user,
                parts: [.toolResult(callID: "c", text: "2", isError: false), .text("go on")]),
        ])
        let expected = try object(
            """
            {"model":"m:1","store":false,"instructions":"be brief\\n\\nand kind","input":[
              {"type":"message","role":"user","content":[
                {"type":"input_text","text":"look"},
                {"type":"input_image","image_url":"data:image/png;base64,AQID"},
                {"type":"input_image","image_url":"https://x/y.png"}]},
              {"type":"reasoning","id":"rs_1","encrypted_content":"abc=",
               "summary":[{"type":"summary_text","text":"hm"}]},
              {"type":"message","role":"assistant","content":[
                {"type":"output_text","text":"I will "},{"type":"output_text","text":"see"}]},
              {"type":"function_call","call_id":"a","name":"f","arguments":"{\\"x\\":1}"},
              {"type":"function_call","call_id":"b","name":"g","arguments":"{}"},
              {"type":"function_call_output","call_id":"a","output":"1"},
              {"type":"function_call_output","call_id":"b","output":"no"},
              {"type":"function_call_output","call_id":"c","output":"2"},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"go on"}]}]}
            """)
        #expect(try body(request) == expected)
    }

    @Test(arguments: [
        [], [1, 2, 3], Array("EqQBCg==".utf8), [0xFF, 0x0A, 0x41], Array("\nabc".utf8),
        Array("rs_1\n".utf8),
    ])
    func `reasoning of another provider, or unsigned, is left out`(signature: [UInt8]) throws {
        let request = ModelRequest(messages: [
            ModelMessage(role: .user, parts: [.text("hi")]),
            ModelMessage(role: .assistant, parts: [.reasoning(text: "hm", signature: signature)]),
        ])
        #expect((try body(request)["input"] as? [Any])?.count == 1)
    }

    @Test func `reasoning without a summary has an empty one`() throws {
        let signature = ResponsesSignature(id: "rs_1", encrypted: "a\nb").bytes
        let request = ModelRequest(messages: [
            ModelMessage(role: .assistant, parts: [.reasoning(text: "", signature: signature)])
        ])
        let expected = try object(
            #"{"type":"reasoning","id":"rs_1","encrypted_content":"a\nb","summary":[]}"#)
        #expect(try body(request)["input"] as? [NSDictionary] == [expected])
    }

    @Test func `every setting is mapped, and what this API has no field for is left out`() throws {
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
        request.stop = ["a"]
        request.seed = 7
        request.responseFormat = .jsonSchema(
            name: "s", schemaJSON: #"{"type":"array"}"#, strict: true)
        request.effort = .low
        let expected = try object(
            """
            {"model":"m:1","store":false,"input":[
              {"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}],
             "reasoning":{"effort":"low","summary":"auto"},
             "include":["reasoning.encrypted_content"],
             "tools":[
              {"type":"function","name":"f","description":"does",
               "parameters":{"type":"object"},"strict":true},
              {"type":"function","name":"g","parameters":{"type":"object","properties":{},
               "required":[],"additionalProperties":false},"strict":false}],
             "tool_choice":{"type":"function","name":"f"},
             "temperature":0.5,"top_p":1,"max_output_tokens":9,
             "text":{"format":{"type":"json_schema","name":"s","strict":true,
              "schema":{"type":"array"}}}}
            """)
        #expect(try body(request) == expected)
    }

    @Test func `the target's effort wins over the request's`() throws {
        var request = prompt("hi")
        request.effort = .low
        let reasoning = try body(request, effort: .high)["reasoning"] as? NSDictionary
        #expect(reasoning == ["effort": "high", "summary": "auto"])
    }

    @Test func `a tool choice of words and a format without schema are mapped`() throws {
        var request = prompt("hi")
        request.toolChoice = .required
        request.tools = [ModelTool(name: "f", description: "", parametersJSON: "", strict: false)]
        request.responseFormat = .jsonObject
        let required = try body(request)
        #expect(required["tool_choice"] as? String == "required")
        #expect(required["text"] as? NSDictionary == ["format": ["type": "json_object"]])
        request.toolChoice = .none
        #expect(try body(request)["tool_choice"] as? String == "none")
        request.toolChoice = .auto
        #expect(try body(request)["tool_choice"] == nil)
    }

    @Test(arguments: ["{", "[]", #"{"a":1},"model":"other""#, "nonsense"])
    func `what is not one whole JSON object is refused`(text: String) {
        var schema = prompt("hi")
        schema.responseFormat = .jsonSchema(name: "s", schemaJSON: text, strict: false)
        var tool = prompt("hi")
        tool.tools = [ModelTool(name: "f", description: "", parametersJSON: text, strict: false)]
        for request in [schema, tool] {
            #expect(throws: ProviderRefusal.self) { try body(request) }
        }
    }

    @Test func `an image in the instructions is refused`() {
        let request = ModelRequest(messages: [
            ModelMessage(role: .system, parts: [.image(mediaType: "", .url("https://x/y.png"))])
        ])
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }

    @Test func `a number that JSON has no word for is refused`() {
        var request = prompt("hi")
        request.temperature = .infinity
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }

    @Test func `it is sent to the responses, with the key as bearer`() {
        let dialect = OpenAIResponses(ProviderSettings(name: "p", kind: .openai), host: "")
        #expect(dialect.path(to: Target(provider: "p", model: "m"), streams: true) == "/responses")
        #expect(
            dialect.headers(apiKey: Secret("k")) == [
                .init(name: "authorization", value: Secret("Bearer k"))
            ])
    }
}
