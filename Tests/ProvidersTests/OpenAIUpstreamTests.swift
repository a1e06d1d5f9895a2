import Clocks
import Foundation
import Models
import Patience
import Testing
import UpstreamScript

@testable import Providers

/// The provider against a real socket: what it sends and what it makes of good answers.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct OpenAIUpstreamTests {
    static let completion =
        #"{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","#
        + #""content":"Hello","reasoning_content":"hm","tool_calls":[{"id":"t","type":"function","#
        + #""function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":5,"completion_tokens":1}}"#

    static func event(_ word: String) -> String {
        "data: {\"id\":\"x1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(word)\"}}]}\n\n"
    }

    static let role =
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    static let stop = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    static let done = "data: [DONE]\n\n"

    @Test func `generate sends the request and reads the answer`() async throws {
        let upstream = try await ScriptedUpstream([
            [.expectRequest, .answer(Self.completion, headers: ["x-request-id: req_1"])]
        ])
        let model = try openAIModel(upstream) { settings in
            settings.headers = [.init(name: "x-extra", value: Secret("extra-value"))]
        }
        let answer = try await model.generate(prompt("hi"), for: someCall())
        #expect(
            answer.message.parts == [
                .reasoning(text: "hm", signature: []), .text("Hello"),
                .toolCall(id: "t", name: "f", argumentsJSON: "{}"),
            ])
        #expect(answer.finishReason == .stop)
        #expect(answer.usage.inputTokens == 5)
        #expect(answer.upstreamRequestID == "req_1")
        let request = try #require(upstream.requests.first)
        #expect(request.line == "POST /v1/chat/completions HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer \(canaryKey)")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["x-extra"] == "extra-value")
        #expect(request.body == #"{"model":"m1","messages":[{"role":"user","content":"hi"}]}"#)
        await upstream.stop()
    }

    @Test func `without a key no authorization is sent`() async throws {
        let upstream = try await ScriptedUpstream([[.expectRequest, .answer(Self.completion)]])
        let model = try openAIModel(upstream) { $0.apiKey = nil }
        let answer = try await model.generate(prompt("hi"), for: someCall())
        #expect(answer.upstreamRequestID == "chatcmpl-1")
        #expect(upstream.requests.first?.headers["authorization"] == nil)
        await upstream.stop()
    }

    @Test func `stream returns at the first chunk and not at the head`() async throws {
        let (sentRole, mayGoOn) = (Gate(), Gate())
        let upstream = try await ScriptedUpstream([
            [
                .expectRequest, .chunkedHead(headers: ["x-request-id: req_2"]),
                .chunk(": ping\n\n" + Self.role), .open(sentRole), .wait(mayGoOn),
                .chunk(Self.event("a")), .chunk(Self.event("b") + Self.stop + Self.done),
                .lastChunk,
            ]
        ])
        let model = try openAIModel(upstream)
        let established = Gate()
        let establishing = Task {
            let stream = try await model.stream(prompt("hi"), for: someCall())
            established.open()
            return stream
        }
        await sentRole.wait()
        #expect(!established.isOpen)
        mayGoOn.open()
        let stream = try await establishing.value
        #expect(stream.upstreamRequestID == "req_2")
        let chunks = try await drain(stream)
        #expect(chunks.prefix(2) == [.text("a"), .text("b")])
        #expect(chunks.count == 3)
        #expect(try await stream.next() == nil)
        await upstream.stop()
    }

    @Test func `a stream sent one byte at a time is the same`() async throws {
        let body = Self.role + Self.event("é☺") + Self.event("😈") + Self.stop + Self.done
        let upstream = try await ScriptedUpstream([
            [.expectRequest, .streamHead(), .sendSplit(Array(body.utf8), every: 1), .close]
        ])
        let stream = try await openAIModel(upstream).stream(prompt("hi"), for: someCall())
        #expect(stream.upstreamRequestID == "x1")
        #expect(try await text(drain(stream)) == "é☺😈")
        await upstream.stop()
    }

    @Test func `a Unix socket serves as well as a port`() async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "laneway-\(UInt32.random(in: 0...UInt32.max)).sock").path
        let upstream = try await ScriptedUpstream(
            [
                [
                    .expectRequest, .answer(Self.completion), .expectRequest, .chunkedHead(),
                    .chunk(Self.event("a") + Self.stop + Self.done), .lastChunk,
                ]
            ],
            at: .unixSocket(path: path))
        let model = try openAIModel(upstream)
        #expect(try await model.generate(prompt("hi"), for: someCall()).message.text == "Hello")
        #expect(
            try await text(drain(model.stream(prompt("hi"), for: someCall()))) == "a")
        #expect(
            upstream.requests.map(\.line)
                == Array(
                    repeating: "POST /v1/chat/completions HTTP/1.1", count: 2))
        await upstream.stop()
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test func `a connection is used again after an answer and after a stream`() async throws {
        let streamed: [UpstreamStep] = [
            .expectRequest, .chunkedHead(), .chunk(Self.event("a") + Self.stop + Self.done),
            .lastChunk,
        ]
        let answered: [UpstreamStep] = [.expectRequest, .answer(Self.completion)]
        let upstream = try await ScriptedUpstream([answered + streamed + streamed + answered])
        let model = try openAIModel(upstream)
        _ = try await model.generate(prompt("1"), for: someCall())
        for _ in 0..<2 { _ = try await drain(model.stream(prompt("2"), for: someCall())) }
        _ = try await model.generate(prompt("3"), for: someCall())
        #expect(upstream.requests.count == 4)
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test func `the stream outlives the task that established it`() async throws {
        let established = Gate()
        let upstream = try await ScriptedUpstream([
            [
                .expectRequest, .streamHead(), .send(Self.event("a")), .wait(established),
                .send(Self.event("b") + Self.stop + Self.done), .close,
            ]
        ])
        let model = try openAIModel(upstream)
        let establishing = Task { try await model.stream(prompt("hi"), for: someCall()) }
        let stream = try await establishing.value
        establishing.cancel()
        established.open()
        #expect(try await text(drain(stream)) == "ab")
        await upstream.stop()
    }

    @Test func `a server that stays silent after DONE delays the finish no longer than 250 ms`()
        async throws
    {
        let time = WatchedTime()
        let upstream = try await ScriptedUpstream([
            [
                .expectRequest, .streamHead(),
                .send(Self.event("a") + Self.stop + Self.done), .waitForClose,
            ]
        ])
        let stream = try await openAIModel(upstream, time: time).stream(
            prompt("hi"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        let finishing = Task { try await stream.next() }
        #expect(await time.nextAlarm() == time.now + .milliseconds(250))
        time.wound.advance(by: .milliseconds(250))
        guard case .finish(.stop, _) = try await finishing.value else {
            Issue.record("no finish")
            return
        }
        await upstream.closed(connection: 0)
        await upstream.stop()
    }

    @Test func `a reader that stops holds upstream back`() async throws {
        let flood = Array(repeating: Self.event(String(repeating: "x", count: 1000)), count: 1000)
            .joined()
        let floodSteps = Array(repeating: UpstreamStep.send(flood), count: 40)
        let finished = Gate()
        let head: [UpstreamStep] = [.expectRequest, .streamHead()]
        let tail: [UpstreamStep] = [.open(finished), .send(Self.stop + Self.done), .close]
        let upstream = try await ScriptedUpstream([head + floodSteps + tail])
        let stream = try await openAIModel(upstream).stream(prompt("hi"), for: someCall())
        // 40 MB do not fit into the buffers of two sockets, so upstream is still at it.
        #expect(!finished.isOpen)
        #expect(try await drain(stream).count == 40_001)
        #expect(finished.isOpen)
        await upstream.stop()
    }
}
