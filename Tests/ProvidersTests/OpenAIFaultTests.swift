import Models
import Patience
import Testing
import UpstreamScript

@testable import Providers

/// One fault of an upstream each, over a real socket.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct OpenAIFaultTests {
    private typealias Good = OpenAIUpstreamTests

    /// What generate and stream throw when upstream plays `steps` for each of them.
    private func failures(
        _ steps: [UpstreamStep], change: (inout ProviderSettings) -> Void = { _ in }
    ) async throws -> [ProviderFailure] {
        // Where the steps leave the connection open, the second request comes on it too.
        let script = [UpstreamStep.expectRequest] + steps
        let upstream = try await ScriptedUpstream([script + script])
        let model = try openAIModel(upstream, change: change)
        let generated = try await failure {
            _ = try await model.generate(prompt("hi"), for: someCall())
        }
        let streamed = try await failure {
            _ = try await model.stream(prompt("hi"), for: someCall())
        }
        await upstream.stop()
        return try [#require(generated), #require(streamed)]
    }

    // MARK: No answer

    @Test func `a refused connection names host and port`() async throws {
        let upstream = try await ScriptedUpstream([[]])
        await upstream.stop()
        let model = try openAIModel(upstream)
        let refused = try await failure {
            _ = try await model.generate(prompt("hi"), for: someCall())
        }
        #expect(refused?.kind == .unreachable)
        #expect(refused?.message.contains("local at 127.0.0.1:\(upstream.port)") == true)
        #expect(refused?.message.contains("refused") == true)
    }

    @Test func `a missing socket names its path`() async throws {
        var settings = ProviderSettings(name: "local", kind: .openai)
        settings.baseURL = "http+unix://%2Fnonexistent%2Fx.sock/v1"
        let model = try settings.model()
        let missing = try await failure {
            _ = try await model.stream(prompt("hi"), for: someCall())
        }
        #expect(missing?.kind == .unreachable)
        #expect(missing?.message.contains("/nonexistent/x.sock") == true)
    }

    @Test func `a name that does not resolve is out of reach`() async throws {
        var settings = ProviderSettings(name: "local", kind: .openai)
        settings.baseURL = "https://no-such-host.invalid/v1"
        let model = try settings.model()
        let unknown = try await failure {
            _ = try await model.generate(prompt("hi"), for: someCall())
        }
        #expect(unknown?.kind == .unreachable)
        #expect(unknown?.message.contains("no-such-host.invalid:443") == true)
    }

    @Test func `a server that does not speak TLS is out of reach over https`() async throws {
        let upstream = try await ScriptedUpstream([[.send("HTTP/1.1 400 No\r\n\r\n"), .close]])
        var settings = ProviderSettings(name: "local", kind: .openai)
        settings.baseURL = "https://127.0.0.1:\(upstream.port)/v1"
        let model = try settings.model()
        let plain = try await failure {
            _ = try await model.generate(prompt("hi"), for: someCall())
        }
        #expect(plain?.kind == .unreachable)
        await upstream.stop()
    }

    @Test(arguments: [UpstreamStep.close, .reset])
    func `a connection lost before the answer is an upstream out of reach`(
        end: UpstreamStep
    ) async throws {
        #expect(try await failures([end]).map(\.kind) == [.unreachable, .unreachable])
    }

    @Test func `bytes that are not HTTP are malformed`() async throws {
        let kinds = try await failures([.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close]).map(\.kind)
        #expect(kinds == [.malformed, .malformed])
    }

    // MARK: The wrong answer

    @Test func `HTML with a 200 is counted and not shown`() async throws {
        let page = "<html>" + String(repeating: "x", count: 2000)
        for failure in try await failures([.answer(page, type: "text/html")]) {
            #expect(failure.kind == .malformed)
            #expect(failure.message == "local answered 200 with 2,006 bytes of text/html")
            #expect(failure.httpStatus == 200)
        }
    }

    @Test func `HTML of any size is read no further than the limit`() async throws {
        let page = String(repeating: "x", count: 200_000)
        for failure in try await failures([.answer(page, status: 502, type: "text/html")]) {
            #expect(failure.kind == .serverError)
            #expect(
                failure.message == "local answered 502 with more than 65,536 bytes of text/html")
        }
    }

    @Test func `an empty 200 is malformed`() async throws {
        #expect(try await failures([.answer("")]).map(\.kind) == [.malformed, .malformed])
        #expect(
            try await failures([.streamHead(), .close]).map(\.kind) == [.malformed, .malformed])
    }

    @Test func `a 204 is malformed`() async throws {
        let steps: [UpstreamStep] = [.send("HTTP/1.1 204 No Content\r\n\r\n")]
        #expect(try await failures(steps).map(\.kind) == [.malformed, .malformed])
    }

    @Test func `broken JSON and JSON of another kind are malformed`() async throws {
        for body in ["{\"choices\":[", "[]", "{}", "{\"choices\":[]}", "\u{0}"] {
            #expect(try await failures([.answer(body)]).first?.kind == .malformed, "\(body)")
        }
    }

    @Test func `an error inside a 200 is what it says`() async throws {
        let body = #"{"error":{"message":"slow down","code":429}}"#
        #expect(try await failures([.answer(body)]).map(\.kind) == [.rateLimited, .rateLimited])
        let event = "data: \(body)\n\n"
        let streamed = try await failures([.streamHead(), .send(event), .close]).last
        #expect(streamed?.kind == .rateLimited)
    }

    @Test func `an answer over the limit is refused with the figure`() async throws {
        let big = try await failures([.answer(String(repeating: " ", count: 5000))]) {
            $0.limits.answerBytesMax = 4096
        }
        #expect(big.first?.kind == .malformed)
        #expect(big.first?.message.contains("more than 4,096 bytes") == true)
    }

    @Test func `a redirect is not followed and the key goes nowhere`() async throws {
        let elsewhere = try await ScriptedUpstream([[.expectRequest, .answer("{}")]])
        let steps: [UpstreamStep] = [
            .answer(
                "", status: 307, headers: ["location: \(elsewhere.address)/v1/chat/completions"])
        ]
        #expect(try await failures(steps).map(\.kind) == [.malformed, .malformed])
        #expect(elsewhere.connectionCount == 0)
        await elsewhere.stop()
    }

    // MARK: The answer cut short

    @Test func `a body shorter than its length is malformed`() async throws {
        let steps: [UpstreamStep] = [
            .send(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"),
            .close,
        ]
        let generated = try await failures(steps).first
        #expect(generated?.kind == .malformed)
        #expect(generated?.message.contains("after 1 bytes") == true)
    }

    /// What breaks a stream after its first chunk, and all chunks before that.
    private func interruption(
        _ steps: [UpstreamStep]
    ) async throws -> (text: String, failure: ProviderFailure) {
        let upstream = try await ScriptedUpstream([[.expectRequest] + steps])
        let stream = try await openAIModel(upstream).stream(prompt("hi"), for: someCall())
        var said = ""
        let broken = try await failure {
            while let chunk = try await stream.next() { said += text([chunk]) }
        }
        #expect(try await stream.next() == nil)
        await upstream.stop()
        return (said, try #require(broken))
    }

    @Test func `a stream that just ends is an interruption`() async throws {
        let broken = try await interruption([
            .streamHead(), .send(Good.event("a") + Good.event("b")), .close,
        ])
        #expect(broken.text == "ab")
        #expect(broken.failure.kind == .interrupted)
        #expect(broken.failure.partialUsage?.outputTokens == 2)
        #expect(broken.failure.partialUsage?.estimated == true)
        #expect(broken.failure.upstreamRequestID == "x1")
    }

    @Test func `a chunked stream that ends between chunks is an interruption`() async throws {
        let broken = try await interruption([.chunkedHead(), .chunk(Good.event("a")), .close])
        #expect(broken.text == "a")
        #expect(broken.failure.kind == .interrupted)
    }

    @Test func `a chunked stream that ends properly but says no end is one too`() async throws {
        let broken = try await interruption([.chunkedHead(), .chunk(Good.event("a")), .lastChunk])
        #expect(broken.failure.kind == .interrupted)
    }

    @Test func `broken chunked coding is an interruption`() async throws {
        let read = Gate()
        let upstream = try await ScriptedUpstream([
            [
                .expectRequest, .chunkedHead(), .chunk(Good.event("a")), .wait(read),
                .send("zz\r\nnonsense"), .close,
            ]
        ])
        let stream = try await openAIModel(upstream).stream(prompt("hi"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        read.open()
        let broken = try await failure { _ = try await stream.next() }
        #expect(broken?.kind == .interrupted)
        await upstream.stop()
    }

    @Test func `a reset in mid-stream is an interruption`() async throws {
        let read = Gate()
        let upstream = try await ScriptedUpstream([
            [.expectRequest, .streamHead(), .send(Good.event("a")), .wait(read), .reset]
        ])
        let stream = try await openAIModel(upstream).stream(prompt("hi"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        read.open()
        let broken = try await failure { _ = try await stream.next() }
        #expect(broken?.kind == .interrupted)
        await upstream.stop()
    }

    @Test func `a stream reset before its first chunk is an upstream out of reach`() async throws {
        let kinds = try await failures([.chunkedHead(), .chunk(Good.role), .close]).map(\.kind)
        #expect(kinds.last == .unreachable)
    }

    // MARK: Statuses and secrets

    @Test func `a rate limit carries its hint and its request id`() async throws {
        let body = #"{"error":{"message":"Rate limit reached","type":"requests","code":"x"}}"#
        let steps: [UpstreamStep] = [
            .answer(
                body, status: 429, headers: ["retry-after-ms: 1200", "x-request-id: req_9"])
        ]
        for failure in try await failures(steps) {
            #expect(failure.kind == .rateLimited)
            #expect(failure.retryAfter == .milliseconds(1200))
            #expect(failure.httpStatus == 429)
            #expect(failure.upstreamRequestID == "req_9")
            #expect(failure.message == "local answered 429: Rate limit reached")
        }
    }

    @Test func `the key that a provider echoes is never shown`() async throws {
        let message = "Incorrect API key: \(canaryKey), header Bearer \(canaryKey)"
        let body = "{\"error\":{\"message\":\"\(message)\"}}"
        let faults: [[UpstreamStep]] = [
            [.answer(body, status: 401)], [.answer(body)],
            [.streamHead(), .send("data: \(body)\n\n")],
            [.answer("x", status: 500, type: "text/\(canaryKey)")],
            [.answer("x", headers: ["content-encoding: \(canaryKey)"])],
        ]
        for fault in faults {
            for failure in try await failures(fault + [.close]) {
                #expect(!"\(failure)".contains(canaryKey), "\(failure.message)")
            }
        }
        let refused = try await failures([.answer(body, status: 401)]).first
        #expect(
            refused?.message == "local answered 401: Incorrect API key: ***, header Bearer ***")
    }

    @Test func `a request that cannot be written is a bad request and is not sent`() async throws {
        let upstream = try await ScriptedUpstream([[.expectRequest]])
        let model = try openAIModel(upstream)
        var request = prompt("hi")
        request.tools = [
            ModelTool(name: "f", description: "", parametersJSON: "nonsense", strict: false)
        ]
        let refused = try await failure {
            _ = try await model.generate(request, for: someCall())
        }
        #expect(refused?.kind == .badRequest)
        #expect(
            refused?.message == "the parameters of tool f (8 bytes) is not a JSON object")
        #expect(upstream.connectionCount == 0)
        await upstream.stop()
    }
}
