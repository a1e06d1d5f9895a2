import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// A request's body for Anthropic, compared as JSON: messages and blocks.
@Suite struct AnthropicRequestBodyTests {
    @Test func `a plain prompt is model, message and the bound that is required`() throws {
        #expect(
            try anthropicBody(prompt("hi"))
                == json(
                    """
                    {"model":"m:1","max_tokens":4096,"messages":[
                      {"role":"user","content":[{"type":"text","text":"hi"}]}]}
                    """))
    }

    @Test func `a stream is asked for`() throws {
        #expect(try anthropicBody(prompt("hi"), streams: true)["stream"] as? Bool == true)
    }

    @Test func `every character survives`() throws {
        let text = "\u{0}\u{1}\u{1F} \"\\/\u{7F} \n\r\t é ☺ 😈 \u{2028} </script>"
        #expect(try blocks(prompt(text)).first?["text"] as? String == text)
    }

    @Test func `every kind of part is mapped`() throws {
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
                    .reasoning(text: "hm", signature: Array("c2ln".utf8)),
                    .reasoning(text: "", signature: Array("redacted_thinking:ZGF0YQ==".utf8)),
                    .text("so"),
                    .toolCall(id: "a", name: "f", argumentsJSON: #"{"x":1}"#),
                    .toolCall(id: "b", name: "g", argumentsJSON: ""),
                ]),
            ModelMessage(
                role: .tool,
                parts: [
                    .toolResult(callID: "a", text: "1", isError: false),
                    .toolResult(callID: "b", text: "no", isError: true),
                ]),
        ])
        let expected = try json(
            """
            {"model":"m:1","max_tokens":4096,"system":"be brief","messages":[
              {"role":"user","content":[
                {"type":"text","text":"look"},
                {"type":"image","source":
                  {"type":"base64","media_type":"image/png","data":"AQID"}},
                {"type":"image","source":{"type":"url","url":"https://x/y.png"}}]},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"c2ln"},
                {"type":"redacted_thinking","data":"ZGF0YQ=="},
                {"type":"text","text":"so"},
                {"type":"tool_use","id":"a","name":"f","input":{"x":1}},
                {"type":"tool_use","id":"b","name":"g","input":{}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"a","content":"1"},
                {"type":"tool_result","tool_use_id":"b","content":"no","is_error":true}]}]}
            """)
        #expect(try anthropicBody(request) == expected)
    }

    @Test func `messages of one side are one turn, and a turn begins with its results`() throws {
        let request = ModelRequest(messages: [
            ModelMessage(role: .user, parts: [.text("a")]),
            ModelMessage(role: .user, parts: [.text("b")]),
            ModelMessage(
                role: .assistant, parts: [.toolCall(id: "1", name: "f", argumentsJSON: "{}")]),
            ModelMessage(role: .assistant, parts: [.text(" \n")]),
            ModelMessage(
                role: .assistant, parts: [.toolCall(id: "2", name: "f", argumentsJSON: "{}")]),
            ModelMessage(role: .user, parts: [.text("and?")]),
            ModelMessage(role: .tool, parts: [.toolResult(callID: "1", text: "x", isError: false)]),
            ModelMessage(role: .tool, parts: [.toolResult(callID: "2", text: "y", isError: false)]),
        ])
        let messages = try anthropicBody(request)["messages"] as? [NSDictionary]
        #expect(messages?.compactMap { $0["role"] as? String } == ["user", "assistant", "user"])
        let types = messages?.map { message in
            (message["content"] as? [NSDictionary])?.compactMap { $0["type"] as? String }
        }
        #expect(
            types == [
                ["text", "text"], ["tool_use", "tool_use"], ["tool_result", "tool_result", "text"],
            ])
    }

    @Test func `system messages go to the top wherever they stand, apart from each other`() throws {
        let request = ModelRequest(messages: [
            ModelMessage(role: .system, parts: [.text("one")]),
            ModelMessage(role: .user, parts: [.text("hi")]),
            ModelMessage(role: .system, parts: [.text(" ")]),
            ModelMessage(role: .system, parts: [.text("two")]),
            ModelMessage(role: .user, parts: [.text("there")]),
        ])
        let body = try anthropicBody(request)
        #expect(body["system"] as? String == "one\n\ntwo")
        #expect((body["messages"] as? [NSDictionary])?.count == 1)
    }

    @Test func `a system message with an image is refused`() {
        let request = ModelRequest(messages: [
            ModelMessage(role: .system, parts: [.image(mediaType: "image/png", .data([1]))])
        ])
        #expect(throws: ProviderRefusal.self) { try anthropicBody(request) }
    }

    @Test func `the pieces of streamed reasoning become the block they were`() throws {
        let blocks = try blocks(
            ModelRequest(messages: [
                ModelMessage(
                    role: .assistant,
                    parts: [
                        .reasoning(text: "h", signature: []), .reasoning(text: "m", signature: []),
                        .reasoning(text: "", signature: Array("c2ln".utf8)), .text("so"),
                    ])
            ]))
        #expect(
            blocks.first == ["type": "thinking", "thinking": "hm", "signature": "c2ln"])
        #expect(blocks.count == 2)
    }

    @Test(arguments: [[], [0xFF, 0xFE]] as [[UInt8]])
    func `reasoning that Anthropic has not signed stays here`(signature: [UInt8]) throws {
        let reasoning = ModelPart.reasoning(text: "hm", signature: signature)
        let blocks = try blocks(
            ModelRequest(messages: [
                ModelMessage(role: .user, parts: [.text("hi"), reasoning]),
                ModelMessage(role: .assistant, parts: [reasoning, .text("so")]),
            ]))
        #expect(blocks == [["type": "text", "text": "hi"], ["type": "text", "text": "so"]])
    }

    @Test func `the id of another server's call is spelled so that it is taken`() throws {
        let blocks = try blocks(
            ModelRequest(messages: [
                ModelMessage(
                    role: .assistant,
                    parts: [.toolCall(id: "functions.f:0é", name: "f", argumentsJSON: "")]),
                ModelMessage(
                    role: .tool,
                    parts: [.toolResult(callID: "functions.f:0é", text: "", isError: false)]),
            ]))
        #expect(blocks.first?["id"] as? String == "functions_f_0_")
        #expect(blocks.last?["tool_use_id"] as? String == "functions_f_0_")
    }

    @Test(arguments: ["{", "[]", "1", #"{"a":1},"b":{}"#, "{} {}", "nonsense"])
    func `arguments that are not one whole JSON object are refused`(arguments: String) {
        let request = ModelRequest(messages: [
            ModelMessage(
                role: .assistant,
                parts: [.toolCall(id: "a", name: "f", argumentsJSON: arguments)])
        ])
        #expect(throws: ProviderRefusal.self) { try anthropicBody(request) }
    }

    /// The blocks of all turns.
    private func blocks(_ request: ModelRequest) throws -> [NSDictionary] {
        let messages = try #require(try anthropicBody(request)["messages"] as? [NSDictionary])
        return messages.flatMap { $0["content"] as? [NSDictionary] ?? [] }
    }
}

func anthropicBody(
    _ request: ModelRequest, effort: ReasoningEffort? = nil, streams: Bool = false
) throws -> NSDictionary {
    let target = Target(provider: "p", model: "m:1", effort: effort)
    let dialect = Anthropic(ProviderSettings(name: "p", kind: .openai), host: "")
    let bytes = try dialect.body(request, to: target, streams: streams)
    return try json(String(buffer: bytes))
}

private func json(_ text: String) throws -> NSDictionary {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? NSDictionary)
}
