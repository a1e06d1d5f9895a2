import Foundation
import Models
import NIOCore
import NIOHTTP1
import Testing

@testable import Providers

/// What the statuses and error bodies of upstreams come to.
@Suite struct OpenAIErrorTests {
    private func failure(
        _ status: Int, _ body: String = "", headers: HTTPHeaders = [:],
        type: String = "application/json"
    ) -> ProviderFailure {
        ErrorAnswer(
            status: status, headers: headers, mediaType: type, body: ByteBuffer(string: body),
            isWhole: true
        ).failure(
            OpenAIChat(ProviderSettings(name: "local", kind: .openai), host: ""), Trial.errors,
            wallNow: Date(timeIntervalSince1970: 784_111_777))
    }

    private static func error(_ code: String, _ message: String = "m", type: String = "t") -> String
    {
        #"{"error":{"message":"\#(message)","type":"\#(type)","code":"\#(code)"}}"#
    }

    @Test(arguments: [
        (401, ProviderFailure.Kind.credentials), (402, .quotaExhausted), (403, .credentials),
        (404, .modelNotFound), (408, .serverError), (413, .contextTooLong), (429, .rateLimited),
        (500, .serverError), (502, .serverError), (503, .overloaded), (504, .serverError),
        (520, .serverError), (529, .overloaded), (400, .badRequest), (422, .badRequest),
        (409, .badRequest), (204, .malformed), (302, .malformed), (200, .malformed),
    ])
    func `a status alone is mapped`(status: Int, kind: ProviderFailure.Kind) {
        #expect(failure(status).kind == kind)
    }

    @Test(arguments: [
        (400, error("context_length_exceeded"), ProviderFailure.Kind.contextTooLong),
        (400, error("400", type: "exceed_context_size_error"), .contextTooLong),
        (400, error("", "This model's maximum context length is 8 tokens"), .contextTooLong),
        (400, error("content_filter"), .contentPolicy),
        (400, error("content_policy_violation"), .contentPolicy),
        (403, error("", "openai/x requires moderation; your input was flagged"), .contentPolicy),
        (400, error("invalid_api_key"), .credentials),
        (400, error("model_not_found"), .modelNotFound),
        (429, error("insufficient_quota"), .quotaExhausted),
        (429, error("", type: "insufficient_quota"), .quotaExhausted),
        (
            429, error("", "You exceeded your current quota, please check your plan"),
            .quotaExhausted
        ),
        (429, error("rate_limit_exceeded", "Rate limit reached"), .rateLimited),
        (400, #"{"error":"a bare text"}"#, .badRequest),
        (400, #"{"object":"error","message":"too long","code":400}"#, .badRequest),
        (400, #"[{"error":{"code":400,"message":"API key not valid."}}]"#, .credentials),
        (200, error("503"), .overloaded),
        (500, "not json", .serverError),
    ])
    func `the words of an error refine its status`(
        status: Int, body: String, kind: ProviderFailure.Kind
    ) {
        #expect(failure(status, body).kind == kind)
        #expect(failure(status, body).httpStatus == 0)
    }

    @Test func `llama's busy answer is overloaded`() {
        let body =
            #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#
        #expect(failure(503, body).kind == .overloaded)
        #expect(failure(503, body).message == "local answered 503: Loading model")
    }

    @Test func `a body that is not JSON is counted and not shown`() {
        let html = "<html>" + String(repeating: "secret ", count: 2028)
        let shown = failure(502, html, type: "text/html").message
        #expect(shown == "local answered 502 with 14,202 bytes of text/html")
        #expect(failure(500).message == "local answered 500 without a body")
        #expect(failure(307).message == "local answered 307, a redirect; these are not followed")
    }

    @Test func `an answer that a filter kept back says so without a message`() throws {
        let dialect = OpenAIChat(ProviderSettings(name: "local", kind: .openai), host: "")
        func answer(_ reason: String) throws -> WholeAnswer {
            let json = #"{"choices":[{"index":0,"finish_reason":"\#(reason)"}]}"#
            return try dialect.answer(ByteBuffer(string: json), Trial.errors)
        }
        let filtered = try answer("content_filter")
        #expect(filtered.parts.isEmpty)
        #expect(filtered.finishReason == .contentFilter)
        #expect(throws: ProviderFailure.self) { try answer("stop") }
    }

    // MARK: Hints

    private static let hints: [([String: String], Duration)] = [
        (["retry-after": "2"], .seconds(2)),
        (["retry-after": "0.25"], .milliseconds(250)),
        (["retry-after": "0"], .zero),
        (["retry-after-ms": "1500", "retry-after": "60"], .milliseconds(1500)),
        (["retry-after": "Sun, 06 Nov 1994 08:50:07 GMT"], .seconds(30)),
        (["retry-after": "Sun, 06 Nov 1994 08:00:00 GMT"], .zero),
        (
            [
                "retry-after": "Fri, 01 Mar 2024 00:00:05 GMT",
                "date": "Thu, 29 Feb 2024 23:59:55 GMT",
            ], .seconds(10)
        ),
        (["retry-after": "99999999999999999999"], RetryAfter.max),
        (["retry-after": "inf"], RetryAfter.max),
        (["retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"], RetryAfter.max),
        (
            ["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m13.588s"],
            .milliseconds(73588)
        ),
        (
            [
                "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms",
                "x-ratelimit-remaining-tokens": "10", "x-ratelimit-reset-tokens": "6h0m0s",
            ], .milliseconds(20)
        ),
        (
            [
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "1994-11-06T08:49:40Z",
                "anthropic-ratelimit-input-tokens-remaining": "0",
                "anthropic-ratelimit-input-tokens-reset": "1994-11-06T08:49:44Z",
                "anthropic-ratelimit-output-tokens-remaining": "7",
                "anthropic-ratelimit-output-tokens-reset": "1994-11-06T09:49:44Z",
            ], .seconds(7)
        ),
    ]

    @Test(arguments: hints)
    func `a hint is read in every form`(headers: [String: String], wait: Duration) {
        let headers = HTTPHeaders(headers.map { ($0, $1) })
        #expect(failure(429, headers: headers).retryAfter == wait)
        #expect(failure(503, headers: headers).retryAfter == wait)
    }

    @Test func `a hint in the body is read where the headers have none`() {
        let body = """
            {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": [
              {"@type": "type.googleapis.com/google.rpc.QuotaFailure"},
              {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "18.5s"}]}}
            """
        #expect(failure(429, body).retryAfter == .milliseconds(18_500))
        #expect(failure(429, body, headers: ["retry-after": "2"]).retryAfter == .seconds(2))
    }

    @Test func `a good answer says when its limit is used up, and only then`() {
        let now = Date(timeIntervalSince1970: 784_111_777)
        let left: HTTPHeaders = [
            "x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "8s",
        ]
        #expect(RetryAfter.usedUp(left, wallNow: now) == nil)
        var used = left
        used.replaceOrAdd(name: "x-ratelimit-remaining-requests", value: "0")
        #expect(RetryAfter.usedUp(used, wallNow: now) == .seconds(8))
    }

    private static let nonsense: [[String: String]] = [
        [:], ["retry-after": ""], ["retry-after": "-5"], ["retry-after": "soon"],
        ["retry-after": "nan"], ["retry-after": "Sun, 99 Nov 1994 08:49:37 GMT"],
        ["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "later"],
    ]

    @Test(arguments: nonsense)
    func `a hint that makes no sense is none`(headers: [String: String]) {
        #expect(failure(429, headers: HTTPHeaders(headers.map { ($0, $1) })).retryAfter == nil)
    }
}
