import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// The body that is sent, compared as JSON.
@Suite struct OpenAIRequestBodyTests {
    private func body(
        _ request: ModelRequest, effort: ReasoningEffort? = nil, streams: Bool = false,
        field: MaxTokensField = .maxTokens
    ) throws -> NSDictionary {
        let target = Target(provider: "p", model: "m:1", effort: effort)
        let bytes = try OpenAIRequestBody(
            request: request, target: target, maxTokensField: field, streams: streams
        ).write()
        let value = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView))
        return try #require(value as? NSDictionary)
    }

    private func object(_ json: String) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return try #require(value as? NSDictionary)
    }

    @Test func `a plain prompt is nothing but model and message`() throws {
        #expect(
            try body(prompt("hi"))
                == object(#"{"model":"m:1","messages":[{"role":"user","content":"hi"}]}"#))
    }

    @Test func `a stream asks for its usage`() throws {
        let body = try body(prompt("hi"), streams: true)
        #expect(body["stream"] as? Bool == true)
        #expect(body["stream_options"] as? NSDictionary == ["include_usage": true])
    }

    @Test(arguments: [
        "\u{0}\u{1}\u{1F} \"\\/\u{7F} \n\r\t é ☺ 😈 \u{2028} </script>",
        "", "\"", "\"\"", "at the end\\",
    ])
    func `every character survives`(text: String) throws {
        let messages = try body(prompt(text))["messages"] as? [NSDictionary]
        #expect(messages?.first?["content"] as? String == text)
    }

    @Test func `every kind of message is mapped`() throws {
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
                    .reasoning(text: "hm", signature: [1]),
                    .toolCall(id: "a", name: "f", argumentsJSON: #"{"x":1}"#),
                    .toolCall(id: "b", name: "g", argumentsJSON: ""),
                ]),
            ModelMessage(
                role: .tool,
                parts: [
                    .toolResult(callID: "a", text: "1", isError: false),
                    .toolResult(callID: "b", text: "no", isError: true),
                ]),
            ModelMessage(
                role: .user,
                parts: [.toolResult(callID: "c", text: "2", isError: false), .text("go on")]),
        ])
        let expected = try object(
            """
            {"model":"m:1","messages":[
              {"role":"system","content":"be brief"},
              {"role":"user","content":[
                {"type":"text","text":"look"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
                {"type":"image_url","image_url":{"url":"https://x/y.png"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},
                {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"a","content":"1"},
              {"role":"tool","tool_call_id":"b","content":"no"},
              {"role":"tool","tool_call_id":"c","content":"2"},
              {"role":"user","content":"go on"}]}
            """)
        #expect(try body(request) == expected)
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
            {"model":"m:1","messages":[{"role":"user","content":"hi"}],
             "tools":[
              {"type":"function","function":{"name":"f","description":"does",
               "parameters":{"type":"object"},"strict":true}},
              {"type":"function","function":{"name":"g"}}],
             "tool_choice":{"type":"function","function":{"name":"f"}},
             "temperature":0.5,"top_p":1,"max_tokens":9,"stop":["a","\\n"],
             "seed":-9223372036854775808,"reasoning_effort":"low",
             "response_format":{"type":"json_schema","json_schema":
              {"name":"s","strict":true,"schema":{"type":"array"}}}}
            """)
        #expect(try body(request) == expected)
    }

    @Test func `the target's effort wins over the request's`() throws {
        var request = prompt("hi")
        request.effort = .low
        #expect(try body(request, effort: .high)["reasoning_effort"] as? String == "high")
    }

    @Test func `the bound on output goes under the name that was chosen`() throws {
        var request = prompt("hi")
        request.maxOutputTokens = 9
        let body = try body(request, field: .maxCompletionTokens)
        #expect(body["max_completion_tokens"] as? Int == 9)
        #expect(body["max_tokens"] == nil)
    }

    @Test func `a tool choice of words and a format without schema are mapped`() throws {
        var request = prompt("hi")
        request.toolChoice = .required
        request.tools = [ModelTool(name: "f", description: "", parametersJSON: "", strict: false)]
        request.responseFormat = .jsonObject
        let required = try body(request)
        #expect(required["tool_choice"] as? String == "required")
        #expect(required["response_format"] as? NSDictionary == ["type": "json_object"])
        request.toolChoice = .none
        #expect(try body(request)["tool_choice"] as? String == "none")
    }

    @Test(arguments: [
        "", "{", "[]", "1", #"{"a":1},"model":"other""#, "{} {}", #"{"a":1}}"#, "nonsense",
    ])
    func `a schema that is not one whole JSON object is refused`(schema: String) throws {
        var request = prompt("hi")
        request.responseFormat = .jsonSchema(name: "s", schemaJSON: schema, strict: false)
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }

    @Test func `a number that JSON has no word for is refused`() {
        var request = prompt("hi")
        request.temperature = .infinity
        #expect(throws: ProviderRefusal.self) { try body(request) }
    }
}
