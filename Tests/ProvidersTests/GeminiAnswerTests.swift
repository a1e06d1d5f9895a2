import Foundation
import Models
import NIOCore
import NIOHTTP1
import Testing

@testable import Providers

/// Answers that come in one piece, and what the errors of the service come to.
@Suite struct GeminiAnswerTests {
    private let dialect = Gemini(ProviderSettings(name: "local", kind: .gemini), host: "")

    private func answer(_ body: String) throws(ProviderFailure) -> WholeAnswer {
        try dialect.answer(ByteBuffer(string: body), Trial.errors)
    }

    @Test func `a whole answer is read with all its parts`() throws {
        let answer = try answer(
            """
            {"candidates":[{"content":{"role":"model","parts":[
               {"text":"hm","thought":true},
               {"text":"let me see","thoughtSignature":"c2ln"},
               {"functionCall":{"name":"f","args":{"x":[1, 2]}},"thoughtSignature":"eA=="},
               {"functionCall":{"name":"g","args":{}}}]},
              "finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2,"thoughtsTokenCount":3,
              "totalTokenCount":12},
             "modelVersion":"gemini-2.5-pro","responseId":"r1"}
            """)
        #expect(
            answer.parts == [
                .reasoning(text: "hm", signature: []),
                .reasoning(text: "", signature: Array("c2ln".utf8)), .text("let me see"),
                .reasoning(text: "", signature: Array("eA==".utf8)),
                .toolCall(id: "call_r1_0", name: "f", argumentsJSON: #"{"x":[1,2]}"#),
                .toolCall(id: "call_r1_1", name: "g", argumentsJSON: "{}"),
            ])
        #expect(answer.finishReason == .toolCalls)
        #expect(answer.usage?.inputTokens == 7)
        #expect(answer.usage?.outputTokens == 5)
        #expect(answer.usage?.reasoningTokens == 3)
        #expect(answer.id == "r1")
    }

    @Test func `what was read goes back as it came`() throws {
        let parts = #"""
            [{"text":"see","thoughtSignature":"c2ln"},
             {"functionCall":{"id":"u1","name":"f","args":{"x":[1.5,null]}},
              "thoughtSignature":"eA=="},
             {"functionCall":{"id":"u2","name":"g","args":{}}}]
            """#
        let answer = try answer(#"{"candidates":[{"content":{"parts":\#(parts)}}]}"#)
        let request = ModelRequest(messages: [
            ModelMessage(role: .assistant, parts: answer.parts)
        ])
        let body = try dialect.body(
            request, to: Target(provider: "p", model: "m"), streams: false)
        let expected = #"{"contents":[{"role":"model","parts":\#(parts)}]}"#
        #expect(
            try JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? NSDictionary
                == JSONSerialization.jsonObject(with: Data(expected.utf8)) as? NSDictionary)
    }

    @Test func `an answer of no words has its reason`() throws {
        let answer = try answer(#"{"candidates":[{"content":{},"finishReason":"MAX_TOKENS"}]}"#)
        #expect(answer.parts.isEmpty)
        #expect(answer.finishReason == .length)
        #expect(answer.usage == nil)
    }

    private static let broken: [(String, ProviderFailure.Kind)] = [
        ("<html>", .malformed), ("[]", .malformed), ("{}", .malformed),
        (#"{"candidates":[]}"#, .malformed), (#"{"candidates":[{"index":0}]}"#, .malformed),
        (#"{"promptFeedback":{"blockReason":"SAFETY"}}"#, .contentPolicy),
        (#"{"error":{"code":429,"message":"Resource has been exhausted"}}"#, .rateLimited),
        (#"{"error":{"message":"API key expired. Renew it."}}"#, .credentials),
    ]

    @Test(arguments: broken)
    func `a body that is no answer is a failure`(body: String, kind: ProviderFailure.Kind) {
        let failure = #expect(throws: ProviderFailure.self) { try answer(body) }
        #expect(failure?.kind == kind)
    }

    // MARK: Errors

    private func failure(_ status: Int, _ message: String, details: String = "") -> ProviderFailure
    {
        let error =
            #"{"error":{"code":\#(status),"message":"\#(message)","status":"X","#
            + #""details":[\#(details)]}}"#
        return ErrorAnswer(
            status: status, headers: [:], mediaType: "application/json",
            body: ByteBuffer(string: error), isWhole: true
        ).failure(dialect, Trial.errors, wallNow: Date(timeIntervalSince1970: 0))
    }

    @Test(arguments: [
        (400, "API key not valid. Please pass a valid API key.", ProviderFailure.Kind.credentials),
        (400, "API Key not found. Please pass a valid API key.", .credentials),
        (400, "API key expired. Please renew the API key.", .credentials),
        (
            400, "The input token count (9) exceeds the maximum number of tokens allowed (8).",
            .contextTooLong
        ),
        (400, "Invalid JSON payload received.", .badRequest),
        (403, "Permission denied", .credentials),
        (404, "models/nope is not found for API version v1beta", .modelNotFound),
        (429, "Resource has been exhausted (e.g. check quota).", .rateLimited),
        (429, "Check your plan and billing details.", .quotaExhausted),
        (500, "An internal error has occurred.", .serverError),
        (503, "The model is overloaded.", .overloaded),
        (504, "Deadline expired before operation could complete.", .serverError),
    ])
    func `errors are told apart by status and words`(
        status: Int, message: String, kind: ProviderFailure.Kind
    ) {
        #expect(failure(status, message).kind == kind)
    }

    @Test func `a limit that says when to come back is not a bill to pay`() {
        let failure = failure(
            429, "You exceeded your current quota, please check your plan and billing details.",
            details: #"{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},"#
                + #"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"26s"}"#)
        #expect(failure.kind == .rateLimited)
        #expect(failure.retryAfter == .seconds(26))
    }
}
