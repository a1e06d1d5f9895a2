import Foundation
import Models
import NIOCore
import NIOHTTP1
import Testing

@testable import Providers

/// Whole responses and the errors of the Responses API.
@Suite struct ResponsesAnswerTests {
    private let dialect = OpenAIResponses(ProviderSettings(name: "local", kind: .openai), host: "")

    private func answer(_ json: String) throws(ProviderFailure) -> WholeAnswer {
        try dialect.answer(ByteBuffer(string: json), Trial.errors)
    }

    private func whole(
        _ output: String, status: String = "completed", more: String = ""
    ) -> String {
        #"{"id":"resp_1","status":"\#(status)","error":null,"output":[\#(output)]\#(more)}"#
    }

    private static let hello =
        #"{"type":"message","id":"msg_1","role":"assistant","content":["#
        + #"{"type":"output_text","text":"hello","annotations":[]}]}"#

    @Test func `text and usage are read`() throws {
        let usage =
            #","usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"#
            + #""output_tokens":5,"output_tokens_details":{"reasoning_tokens":3}}"#
        let answer = try answer(whole(Self.hello, more: usage))
        #expect(answer.parts == [.text("hello")])
        #expect(answer.finishReason == .stop)
        #expect(answer.id == "resp_1")
        var expected = Usage()
        expected.inputTokens = 9
        expected.outputTokens = 5
        expected.cacheReadTokens = 4
        expected.reasoningTokens = 3
        #expect(answer.usage == expected)
    }

    @Test func `reasoning, calls and refusals are read in their order`() throws {
        let answer = try answer(
            whole(
                """
                {"type":"reasoning","id":"rs_1","encrypted_content":"abc","summary":[
                  {"type":"summary_text","text":"hm"},{"type":"summary_text","text":"so"}]},
                {"type":"web_search_call","id":"ws_1","content":7},
                {"type":"message","content":[{"type":"refusal","refusal":"I can't"}]},
                {"type":"function_call","id":"fc_1","call_id":"call_a","name":"f",
                 "arguments":"{\\"x\\":1}"},
                {"type":"function_call","id":"fc_2","name":"g","arguments":""},
                {"type":"function_call","name":"h"}
                """))
        #expect(
            answer.parts == [
                .reasoning(text: "hm\n\nso", signature: Array("rs_1\nabc".utf8)),
                .text("I can't"),
                .toolCall(id: "call_a", name: "f", argumentsJSON: #"{"x":1}"#),
                .toolCall(id: "fc_2", name: "g", argumentsJSON: ""),
                .toolCall(id: "call_2", name: "h", argumentsJSON: ""),
            ])
        #expect(answer.finishReason == .toolCalls)
        #expect(answer.usage == nil)
    }

    @Test(arguments: [
        (#""summary":[],"content":[{"type":"reasoning_text","text":"raw"}]"#, "raw"),
        (#""content":[{"type":"reasoning_text","text":"raw"}]"#, "raw"),
        (#""encrypted_content":null,"summary":[{"text":"hm"}]"#, "hm"),
    ])
    func `reasoning that cannot be sent back has no signature`(
        members: String, text: String
    ) throws {
        let item = #"{"type":"reasoning","id":"rs_1",\#(members)}"#
        #expect(try answer(whole(item)).parts == [.reasoning(text: text, signature: [])])
    }

    @Test func `reasoning of which nothing is told is nothing`() throws {
        let item = #"{"type":"reasoning","id":"rs_1","summary":[]}"#
        #expect(try answer(whole(item + "," + Self.hello)).parts == [.text("hello")])
    }

    @Test(arguments: [
        ("max_output_tokens", FinishReason.length), ("content_filter", .contentFilter),
        ("steered", .other),
    ])
    func `an incomplete response says why`(word: String, reason: FinishReason) throws {
        let answer = try answer(
            whole(
                Self.hello, status: "incomplete",
                more: #","incomplete_details":{"reason":"\#(word)"}"#))
        #expect(answer.finishReason == reason)
        #expect(answer.parts == [.text("hello")])
    }

    @Test(arguments: [
        "[]", "<html>", "{}", #"{"status":"completed"}"#,
        #"{"status":"queued","output":[]}"#, #"{"status":"cancelled","output":[]}"#,
        #"{"status":"failed","output":[]}"#, #"{"output":[]}"#,
        #"{"status":"completed","output":[{"type":"function_call","call_id":"a"}]}"#,
        #"{"status":"completed","output":[{"type":"message","content":"text"}]}"#,
    ])
    func `what is no finished response is malformed`(json: String) {
        let failure = #expect(throws: ProviderFailure.self) { try answer(json) }
        #expect(failure?.kind == .malformed)
    }

    @Test(arguments: [
        ("server_error", "oops", ProviderFailure.Kind.serverError),
        ("rate_limit_exceeded", "slow down", .rateLimited),
        ("invalid_image", "not a picture", .badRequest),
        ("invalid_prompt", "your prompt was flagged", .contentPolicy),
        ("image_content_policy_violation", "no", .contentPolicy),
        ("vector_store_timeout", "late", .malformed),
    ])
    func `a failed response is what its error says`(
        code: String, words: String, kind: ProviderFailure.Kind
    ) {
        let failure = #expect(throws: ProviderFailure.self) {
            try answer(
                #"{"id":"r","status":"failed","output":[],"#
                    + #""error":{"code":"\#(code)","message":"\#(words)"}}"#)
        }
        #expect(failure?.kind == kind)
        #expect(failure?.message == "local sent an error in its answer: \(words)")
    }

    @Test(arguments: [
        (400, "invalid_prompt", "it breaks our usage policy", ProviderFailure.Kind.contentPolicy),
        (400, "invalid_prompt", "it is empty", .badRequest),
        (400, "context_length_exceeded", "too long", .contextTooLong),
        (400, "unsupported_parameter", "no", .badRequest),
        (429, "insufficient_quota", "pay", .quotaExhausted),
        (429, "invalid_prompt", "flagged", .rateLimited),
        (404, "model_not_found", "no", .modelNotFound),
    ])
    func `a status and its words are mapped`(
        status: Int, code: String, words: String, kind: ProviderFailure.Kind
    ) {
        let body = #"{"error":{"message":"\#(words)","type":"t","code":"\#(code)"}}"#
        let failure = ErrorAnswer(
            status: status, headers: [:], mediaType: "application/json",
            body: ByteBuffer(string: body), isWhole: true
        ).failure(dialect, Trial.errors, wallNow: Date(timeIntervalSince1970: 0))
        #expect(failure.kind == kind)
    }
}
