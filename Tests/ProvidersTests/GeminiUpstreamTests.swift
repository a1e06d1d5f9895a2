import Models
import Patience
import Testing
import UpstreamScript

@testable import Providers

/// Gemini against a real socket: where a request goes, and that the key is only in its header.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct GeminiUpstreamTests {
    private static func answer(_ word: String) -> String {
        #"{"candidates":[{"content":{"parts":[{"text":"\#(word)"}]},"finishReason":"STOP"}],"#
            + #""responseId":"r1"}"#
    }

    private func model(_ upstream: ScriptedUpstream) throws -> any Model {
        var settings = ProviderSettings(name: "local", kind: .gemini)
        settings.baseURL = upstream.address + "/v1beta"
        settings.apiKey = Secret(canaryKey)
        return try settings.model()
    }

    @Test func `generate asks for a whole answer`() async throws {
        let upstream = try await ScriptedUpstream([[.expectRequest, .answer(Self.answer("a"))]])
        let answer = try await model(upstream).generate(prompt("hi"), for: someCall())
        #expect(answer.message.parts == [.text("a")])
        #expect(answer.upstreamRequestID == "r1")
        #expect(answer.usage.estimated)
        let request = try #require(upstream.requests.first)
        #expect(request.line == "POST /v1beta/models/m1:generateContent HTTP/1.1")
        #expect(request.headers["x-goog-api-key"] == canaryKey)
        #expect(request.headers["authorization"] == nil)
        #expect(request.body == #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#)
        await upstream.stop()
    }

    @Test func `stream asks for events and ends with the body`() async throws {
        let upstream = try await ScriptedUpstream([
            [
                .expectRequest, .chunkedHead(), .chunk("data: \(Self.answer("a"))\r\n\r\n"),
                .lastChunk,
            ]
        ])
        let stream = try await model(upstream).stream(prompt("hi"), for: someCall())
        let chunks = try await drain(stream)
        #expect(chunks.first == .text("a"))
        #expect(chunks.count == 2)
        #expect(stream.upstreamRequestID == "r1")
        let line = upstream.requests.first?.line
        #expect(line == "POST /v1beta/models/m1:streamGenerateContent?alt=sse HTTP/1.1")
        await upstream.stop()
    }

    @Test func `a refusal of the key does not show it`() async throws {
        let error = #"{"error":{"code":400,"message":"API key not valid: \#(canaryKey)"}}"#
        let upstream = try await ScriptedUpstream([
            [.expectRequest, .answer(error, status: 400)]
        ])
        let model = try model(upstream)
        let failure = try await failure {
            _ = try await model.generate(prompt("hi"), for: someCall())
        }
        #expect(failure?.kind == .credentials)
        #expect(failure?.message.contains(canaryKey) == false)
        await upstream.stop()
    }
}
