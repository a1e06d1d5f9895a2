import Foundation
import Models
import NIOCore
import NIOHTTP1
import Testing

@testable import Providers

/// What Anthropic's errors mean, with a status and inside a stream.
@Suite struct AnthropicErrorTests {
    private let dialect = Anthropic(ProviderSettings(name: "local", kind: .openai), host: "")

    private func kind(_ type: String, _ message: String, _ status: Int) -> ProviderFailure.Kind {
        let body = #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"}}"#
        let answer = ErrorAnswer(
            status: status, headers: HTTPHeaders(), mediaType: "application/json",
            body: ByteBuffer(string: body), isWhole: true)
        return answer.failure(dialect, Trial.errors, wallNow: .distantPast).kind
    }

    private func kindInStream(_ type: String, _ message: String) -> ProviderFailure.Kind? {
        let event =
            "event: error\ndata: "
            + #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"}}"# + "\n\n"
        return Trial.anthropic.outcome(Array(event.utf8)).failure?.kind
    }

    @Test(arguments: [
        ("authentication_error", 401, ProviderFailure.Kind.credentials),
        ("permission_error", 403, .credentials), ("billing_error", 402, .quotaExhausted),
        ("not_found_error", 404, .modelNotFound), ("request_too_large", 413, .contextTooLong),
        ("rate_limit_error", 429, .rateLimited), ("api_error", 500, .serverError),
        ("timeout_error", 504, .serverError), ("overloaded_error", 529, .overloaded),
    ])
    func `a type means the same with its status and in a stream`(
        type: String, status: Int, expected: ProviderFailure.Kind
    ) {
        #expect(kind(type, "no", status) == expected)
        #expect(kindInStream(type, "no") == expected)
    }

    @Test(arguments: [
        ("prompt is too long: 210000 tokens > 200000 maximum", ProviderFailure.Kind.contextTooLong),
        (
            "input length and `max_tokens` exceed context limit: 199211 + 20000 > 200000",
            .contextTooLong
        ),
        ("Your credit balance is too low to access the Anthropic API.", .quotaExhausted),
        ("You have reached your specified API usage limits.", .quotaExhausted),
        ("Output blocked by content filtering policy", .contentPolicy),
        ("messages: at least one message is required", .badRequest),
    ])
    func `a bad request is told apart by its message`(
        message: String, expected: ProviderFailure.Kind
    ) {
        #expect(kind("invalid_request_error", message, 400) == expected)
        #expect(kindInStream("invalid_request_error", message) == expected)
    }

    @Test func `a blocked answer is no fault of the server`() {
        #expect(
            kindInStream("api_error", "Output blocked by content filtering policy")
                == .contentPolicy)
    }

    @Test func `a type that is new means what its status does`() {
        #expect(kind("teapot_error", "no", 529) == .overloaded)
        #expect(kind("teapot_error", "no", 418) == .badRequest)
        #expect(kindInStream("teapot_error", "no") == .malformed)
    }

    @Test func `an error event without an error is one all the same`() {
        let outcome = Trial.anthropic.outcome(Array("event: error\ndata: {\"no\":1}\n\n".utf8))
        #expect(outcome.failure?.kind == .malformed)
    }

    @Test func `an error in mid-stream is an interruption with its message`() {
        let outcome = Trial.anthropic.outcome(
            Array(
                """
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text"}}

                data: {"type":"content_block_delta","index":0,"delta":\
                {"type":"text_delta","text":"a"}}

                event: error
                data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}


                """.utf8))
        #expect(outcome.chunks == [.text("a")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.message.contains("Overloaded") == true)
    }
}
