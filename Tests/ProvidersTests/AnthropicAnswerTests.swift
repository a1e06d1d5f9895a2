import Models
import NIOCore
import Testing

@testable import Providers

/// What is sent beside the body, and whole answers.
@Suite struct AnthropicAnswerTests {
    private let dialect = Anthropic(ProviderSettings(name: "local", kind: .openai), host: "")
    private let target = Target(provider: "local", model: "m1")

    private func answer(_ text: String) throws(ProviderFailure) -> WholeAnswer {
        try dialect.answer(ByteBuffer(string: text), Trial.errors)
    }

    private func failure(_ text: String) -> ProviderFailure? {
        do throws(ProviderFailure) {
            _ = try answer(text)
            return nil
        } catch {
            return error
        }
    }

    private func message(_ content: String, stop: String = "end_turn") -> String {
        """
        {"type":"message","id":"msg_1","role":"assistant","content":[\(content)],
         "stop_reason":"\(stop)","usage":{"input_tokens":3,"output_tokens":2}}
        """
    }

    @Test func `the key and the version are headers, and the path holds neither`() {
        let headers = dialect.headers(apiKey: Secret("k"))
        #expect(headers.map(\.name) == ["x-api-key", "anthropic-version"])
        #expect(headers.map { $0.value.reveal() } == ["k", "2023-06-01"])
        #expect(dialect.headers(apiKey: nil).map(\.name) == ["anthropic-version"])
        #expect(
            Anthropic.usualBaseURL + dialect.path(to: target, streams: true)
                == "https://api.anthropic.com/v1/messages")
    }

    @Test func `every kind of block is a part`() throws {
        let answer = try answer(
            message(
                """
                {"type":"thinking","thinking":"hm","signature":"c2ln"},
                {"type":"redacted_thinking","data":"ZGF0YQ=="},
                {"type":"text","text":"one","citations":null},{"type":"text","text":""},
                {"type":"server_tool_use","id":"s","name":"web_search","input":{"q":1}},
                {"type":"tool_use","id":"t1","name":"f","input":{"b": 1.50, "a": [ "]}" ] }},
                {"type":"tool_use","id":"t2","name":"g","input":{}},
                {"type":"tool_use","id":"t3","name":"h"}
                """, stop: "tool_use"))
        #expect(
            answer.parts == [
                .reasoning(text: "hm", signature: Array("c2ln".utf8)),
                .reasoning(text: "", signature: Array("redacted_thinking:ZGF0YQ==".utf8)),
                .text("one"),
                .toolCall(id: "t1", name: "f", argumentsJSON: #"{"b": 1.50, "a": [ "]}" ] }"#),
                .toolCall(id: "t2", name: "g", argumentsJSON: "{}"),
                .toolCall(id: "t3", name: "h", argumentsJSON: "{}"),
            ])
        #expect(answer.finishReason == .toolCalls)
        #expect(answer.id == "msg_1")
    }

    @Test func `what an answer holds goes back as it came`() throws {
        let blocks = """
            {"type":"thinking","thinking":"hm","signature":"c2ln"},
            {"type":"redacted_thinking","data":"ZGF0YQ=="},
            {"type":"tool_use","id":"t1","name":"f","input":{"a":1}}
            """
        let parts = try answer(message(blocks)).parts
        let request = ModelRequest(messages: [ModelMessage(role: .assistant, parts: parts)])
        let body = try dialect.body(request, to: target, streams: false)
        let sent = RawJSON(Array(body.readableBytesView))["messages"]?.elements.first?["content"]
        #expect(sent?.text == "[\(blocks.replacing(",\n", with: ","))]")
    }

    @Test func `input tokens are all of the prompt, those of the cache too`() throws {
        let usage = try answer(
            """
            {"content":[],"stop_reason":"end_turn","usage":{"input_tokens":3,
             "cache_read_input_tokens":40,"cache_creation_input_tokens":500,"output_tokens":6,
             "output_tokens_details":{"thinking_tokens":2}}}
            """
        ).usage
        var expected = Usage()
        expected.inputTokens = 543
        expected.cacheReadTokens = 40
        expected.cacheWriteTokens = 500
        expected.outputTokens = 6
        expected.reasoningTokens = 2
        #expect(usage == expected)
    }

    @Test(arguments: ["null", "{}", #""many""#, #"{"input_tokens":"3"}"#, "[]"])
    func `usage of a wrong shape is not counted and not an error`(usage: String) throws {
        let answer = try answer(
            #"{"content":[{"type":"text","text":"a"}],"usage":\#(usage)}"#)
        #expect(answer.usage == nil)
        #expect(answer.finishReason == .unknown)
    }

    @Test func `counts that are absurd are no reason to stop`() throws {
        let usage = try answer(
            """
            {"content":[],"usage":{"input_tokens":9223372036854775807,
             "cache_read_input_tokens":9223372036854775807,"output_tokens":-1}}
            """
        ).usage
        #expect((usage?.inputTokens ?? 0) > 0)
        #expect(usage?.outputTokens == 0)
    }

    @Test(arguments: [
        ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("max_tokens", .length),
        ("model_context_window_exceeded", .length), ("tool_use", .toolCalls),
        ("refusal", .contentFilter), ("pause_turn", .other), ("compaction", .other),
    ])
    func `stop reasons are mapped`(word: String, reason: FinishReason) throws {
        #expect(try answer(message("", stop: word)).finishReason == reason)
    }

    @Test func `an error in place of an answer is what it says`() {
        #expect(
            failure(#"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#)?
                .kind == .overloaded)
    }

    @Test(arguments: [
        "<html>", "{}", "[]", #"{"type":"message"}"#, #"{"content":"text"}"#, #"{"content":[1]}"#,
        #"{"content":[{"type":"text","text":1}]}"#, #"{"content":[{"text":"no type"}]}"#,
    ])
    func `a body that is not a message is malformed`(body: String) {
        #expect(failure(body)?.kind == .malformed)
    }
}

/// A value as it was written.
@Suite struct AnthropicRawJSONTests {
    @Test func `members and elements are found among all that JSON has`() {
        let raw = RawJSON(
            Array(
                #"""
                 { "a\"b" : "x,\"}]\\" , "c":[ 1e5 ,null,{"d":[[]]}, "é" ],"e" : { } , "f":-0.50}
                """#.utf8))
        #expect(raw["c"]?.elements.map(\.text) == ["1e5", "null", #"{"d":[[]]}"#, #""é""#])
        #expect(raw["c"]?.elements[2]["d"]?.text == "[[]]")
        #expect(raw["e"]?.isEmptyObject == true)
        #expect(raw["f"]?.text == "-0.50")
        #expect(raw["d"] == nil && raw["c"]?["d"] == nil && raw.elements.isEmpty)
        #expect(!raw.isEmptyObject)
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "\"\\", "{\"", "{\"a\"", "{\"a\":", "{\"a\":}", "[,", "]", "}",
        ":",
        "[[[", "{{", "{]",
    ])
    func `what is not JSON traps nobody`(text: String) {
        let raw = RawJSON(Array(text.utf8))
        #expect((raw["a"]?.text.utf8.count ?? 0) <= text.utf8.count)
        #expect(raw.elements.count <= text.utf8.count)
    }

    @Test func `nesting without end is not followed by calling`() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(RawJSON(Array(deep.utf8)).elements.count == 1)
    }
}
