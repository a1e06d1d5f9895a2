import Foundation
import Models
import Testing

@testable import Providers

/// A request's body for Anthropic: tools, thinking, sampling and the format of the answer.
@Suite struct AnthropicRequestSettingsTests {
    private func request(_ change: (inout ModelRequest) -> Void) -> ModelRequest {
        var request = prompt("hi")
        change(&request)
        return request
    }

    private let tool = ModelTool(name: "f", description: "", parametersJSON: "", strict: false)

    private func json(_ text: String) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? NSDictionary)
    }

    @Test func `every setting is mapped, and a seed has no place`() throws {
        let request = request {
            $0.tools = [
                ModelTool(
                    name: "f", description: "does", parametersJSON: #"{"type":"object","x":1}"#,
                    strict: true),
                ModelTool(name: "g", description: "", parametersJSON: "", strict: false),
            ]
            $0.toolChoice = .named("f")
            $0.temperature = 0.5
            $0.topP = 1
            $0.maxOutputTokens = 9
            $0.stop = ["a", "\n"]
            $0.seed = 7
            $0.responseFormat = .jsonSchema(
                name: "s", schemaJSON: #"{"type":"array"}"#, strict: true)
        }
        let expected = try json(
            """
            {"model":"m:1","max_tokens":9,
             "messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],
             "tools":[
              {"name":"f","description":"does","input_schema":{"type":"object","x":1},
               "strict":true},
              {"name":"g","input_schema":{"type":"object"}}],
             "tool_choice":{"type":"tool","name":"f"},
             "stop_sequences":["a","\\n"],"temperature":0.5,"top_p":1,
             "output_config":{"format":{"type":"json_schema","schema":{"type":"array"}}}}
            """)
        #expect(try anthropicBody(request) == expected)
    }

    @Test(arguments: [
        (ToolChoice.auto, nil), (.none, ["type": "none"]), (.required, ["type": "any"]),
    ])
    func `a tool choice is sent where it is not the usual`(
        choice: ToolChoice, expected: [String: String]?
    ) throws {
        let body = try anthropicBody(request { ($0.tools, $0.toolChoice) = ([tool], choice) })
        #expect(body["tool_choice"] as? [String: String] == expected)
    }

    @Test func `a tool choice is not sent without tools`() throws {
        #expect(try anthropicBody(request { $0.toolChoice = .none })["tool_choice"] == nil)
    }

    // MARK: Thinking

    @Test(arguments: [
        (ReasoningEffort.minimal, 1024), (.low, 2048), (.medium, 8192), (.high, 24_576),
    ])
    func `an effort is a budget on top of the answer's bound`(
        effort: ReasoningEffort, budget: Int
    ) throws {
        let usual = try anthropicBody(prompt("hi"), effort: effort)
        #expect(usual["thinking"] as? NSDictionary == ["type": "enabled", "budget_tokens": budget])
        #expect(usual["max_tokens"] as? Int == budget + 4096)
        let asked = try anthropicBody(request { $0.maxOutputTokens = 10 }, effort: effort)
        #expect(asked["max_tokens"] as? Int == budget + 10)
    }

    @Test func `the target's effort wins over the request's`() throws {
        let request = request { $0.effort = .low }
        let own = try anthropicBody(request)["thinking"] as? NSDictionary
        #expect(own?["budget_tokens"] as? Int == 2048)
        let targets = try anthropicBody(request, effort: .high)["thinking"] as? NSDictionary
        #expect(targets?["budget_tokens"] as? Int == 24_576)
    }

    @Test func `a bound without bounds does not overflow`() throws {
        let request = request { $0.maxOutputTokens = .max }
        #expect(try anthropicBody(request, effort: .high)["max_tokens"] as? Int == .max)
    }

    @Test func `with thinking neither temperature nor top_p is sent`() throws {
        let request = request { ($0.temperature, $0.topP, $0.stop) = (0.5, 0.9, ["x"]) }
        let body = try anthropicBody(request, effort: .low)
        #expect(body["temperature"] == nil && body["top_p"] == nil)
        #expect(body["stop_sequences"] as? [String] == ["x"])
    }

    @Test(arguments: [ToolChoice.required, .named("f")])
    func `a call that is asked for leaves no thinking`(choice: ToolChoice) throws {
        let request = request {
            ($0.tools, $0.toolChoice, $0.temperature) = ([tool], choice, 0.5)
        }
        let body = try anthropicBody(request, effort: .high)
        #expect(body["thinking"] == nil)
        #expect(body["max_tokens"] as? Int == 4096)
        #expect(body["temperature"] as? Double == 0.5)
    }

    // MARK: The format of the answer

    @Test func `a JSON object is asked for in the system prompt`() throws {
        let body = try anthropicBody(
            request {
                $0.messages.insert(ModelMessage(role: .system, parts: [.text("be brief")]), at: 0)
                $0.responseFormat = .jsonObject
            })
        let system = try #require(body["system"] as? String)
        #expect(system.hasPrefix("be brief\n\nAnswer with one JSON object"))
        #expect(body["output_config"] == nil)
    }

    @Test func `a schema that is not strict is asked for in the system prompt`() throws {
        let schema = #"{"type": "integer", "minimum": 3}"#
        let body = try anthropicBody(
            request {
                $0.responseFormat = .jsonSchema(name: "s", schemaJSON: schema, strict: false)
            })
        #expect((body["system"] as? String)?.hasSuffix("The schema, named s:\n\(schema)") == true)
        #expect(body["output_config"] == nil)
    }

    @Test(arguments: ["", "{", "[]", #"{"a":1},"model":"other""#, #"{"a":1}}"#], [true, false])
    func `a schema that is not one whole JSON object is refused`(
        schema: String, strict: Bool
    ) {
        let request = request {
            $0.responseFormat = .jsonSchema(name: "s", schemaJSON: schema, strict: strict)
        }
        #expect(throws: ProviderRefusal.self) { try anthropicBody(request) }
    }

    @Test func `parameters that are not one whole JSON object are refused`() {
        let request = request {
            $0.tools = [
                ModelTool(name: "f", description: "", parametersJSON: "{}}", strict: false)
            ]
        }
        #expect(throws: ProviderRefusal.self) { try anthropicBody(request) }
    }

    @Test func `a number that JSON has no word for is refused`() {
        #expect(throws: ProviderRefusal.self) {
            try anthropicBody(request { $0.temperature = .infinity })
        }
        #expect(throws: ProviderRefusal.self) { try anthropicBody(request { $0.topP = .nan }) }
    }
}
