import Foundation
import Models
import NIOCore
import NIOHTTP1
import Testing

@testable import Providers

/// Ollama's whole answers and its errors.
@Suite struct OllamaAnswerTests {
    private let dialect = Ollama(ProviderSettings(name: "local", kind: .openai), host: "")

    private func answer(_ json: String) throws(ProviderFailure) -> WholeAnswer {
        try dialect.answer(ByteBuffer(string: json), Trial.errors)
    }

    private func whole(_ message: String, reason: String = "stop", more: String = "") -> String {
        """
        {"model":"m","created_at":"2024-05-24T20:57:43.314639Z","message":{"role":"assistant",\
        \(message)},"done_reason":"\(reason)","done":true\(more)}
        """
    }

    @Test func `text, thinking and usage are read`() throws {
        let answer = try answer(
            whole(
                #""content":"hi","thinking":"hm""#,
                more: #","prompt_eval_count":17,"eval_count":63"#))
        #expect(answer.parts == [.reasoning(text: "hm", signature: []), .text("hi")])
        #expect(answer.finishReason == .stop)
        #expect(answer.id.isEmpty)
        var usage = Usage()
        usage.inputTokens = 17
        usage.outputTokens = 63
        #expect(answer.usage == usage)
    }

    @Test func `a prompt that was still cached counts nothing`() throws {
        let answer = try answer(whole(#""content":"hi""#, more: #","eval_count":6"#))
        #expect(answer.usage?.inputTokens == 0)
        #expect(answer.usage?.outputTokens == 6)
        #expect(try self.answer(whole(#""content":"hi""#)).usage == nil)
    }

    @Test func `calls get ids of their answer and compact arguments`() throws {
        let answer = try answer(
            whole(
                """
                "content":"","tool_calls":[
                 {"function":{"name":"f","arguments":{ "b": [1, 2.5, null, true],
                  "a": {"url": "http://x/\\u00e9"}, "c": 18446744073709551615 }}},
                 {"function":{"index":1,"name":"g","arguments":{}}},
                 {"id":"call_own","function":{"name":"h","arguments":"{\\"x\\": 1}"}},
                 {"function":{"name":"i"}}]
                """))
        let first = #"{"a":{"url":"http://x/é"},"b":[1,2.5,null,true],"c":18446744073709551615}"#
        #expect(
            answer.parts == [
                .toolCall(id: "call_20240524T205743314639Z_0", name: "f", argumentsJSON: first),
                .toolCall(id: "call_20240524T205743314639Z_1", name: "g", argumentsJSON: "{}"),
                .toolCall(id: "call_own", name: "h", argumentsJSON: #"{"x": 1}"#),
                .toolCall(id: "call_20240524T205743314639Z_3", name: "i", argumentsJSON: ""),
            ])
        #expect(answer.finishReason == .toolCalls)
    }

    @Test func `an answer of no known time has ids all the same`() throws {
        let answer = try answer(
            #"{"message":{"tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":true}"#)
        #expect(answer.parts == [.toolCall(id: "call_0", name: "f", argumentsJSON: "{}")])
    }

    @Test(arguments: [
        ("stop", FinishReason.stop), ("length", .length), ("load", .other), ("unload", .other),
        ("", .unknown),
    ])
    func `reasons are mapped`(word: String, reason: FinishReason) throws {
        #expect(try answer(whole(#""content":"a""#, reason: word)).finishReason == reason)
    }

    @Test(arguments: [
        "[]", "<html>", "{}", #"{"done":true}"#, #"{"message":{"content":7},"done":true}"#,
        #"{"message":{"content":"a"},"done":false}"#,
        #"{"message":{"tool_calls":[{"function":{}}]},"done":true}"#,
    ])
    func `what is no whole answer is malformed`(json: String) {
        let failure = #expect(throws: ProviderFailure.self) { try answer(json) }
        #expect(failure?.kind == .malformed)
    }

    @Test(arguments: [
        ("something broke", ProviderFailure.Kind.malformed),
        ("model requires more system memory (9.9 GiB) than is available", .serverError),
        ("registry.ollama.ai/library/m:1 does not support tools", .incapable),
    ])
    func `an error in place of an answer is what it says`(
        words: String, kind: ProviderFailure.Kind
    ) {
        let failure = #expect(throws: ProviderFailure.self) {
            try answer(#"{"error":"\#(words)"}"#)
        }
        #expect(failure?.kind == kind)
        #expect(failure?.message == "local sent an error in its answer: \(words)")
    }

    // MARK: Statuses

    private func failure(_ status: Int, _ words: String) -> ProviderFailure {
        ErrorAnswer(
            status: status, headers: [:], mediaType: "application/json",
            body: ByteBuffer(string: #"{"error":"\#(words)"}"#), isWhole: true
        ).failure(dialect, Trial.errors, wallNow: Date(timeIntervalSince1970: 0))
    }

    @Test(arguments: [
        (404, "model 'm' not found", ProviderFailure.Kind.modelNotFound),
        (400, "registry.ollama.ai/library/m:1 does not support tools", .incapable),
        (400, "'m' does not support thinking", .incapable),
        (400, "think value 'low' is not supported for this model", .incapable),
        (500, "this model is missing data required for image input", .incapable),
        (400, "prompt too long; exceeded max context length by 4 tokens", .contextTooLong),
        (400, "the input length exceeds the context length", .contextTooLong),
        (500, "input length exceeds maximum context length", .contextTooLong),
        (500, "model requires more system memory (9.9 GiB) than is available", .serverError),
        (500, "model runner has unexpectedly stopped", .serverError),
        (503, "server busy, please try again.", .overloaded),
        (401, "unauthorized", .credentials),
        (400, "invalid options", .badRequest),
        (429, "this plan does not support so many requests", .rateLimited),
    ])
    func `a status and its words are mapped`(
        status: Int, words: String, kind: ProviderFailure.Kind
    ) {
        #expect(failure(status, words).kind == kind)
        #expect(failure(status, words).message == "local answered \(status): \(words)")
    }
}
