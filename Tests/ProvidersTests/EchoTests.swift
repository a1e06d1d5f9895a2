import Clocks
import Models
import Testing

@testable import Providers

/// `builtin/echo`: what it says, when, and how it fails when it is told to.
@Suite struct EchoTests {
    private func model(_ name: String, time: any TimeSource = AlarmlessTime()) throws -> any Model {
        try #require(
            BuiltinProvider(time: time).model(Target(provider: "builtin", model: name)),
            "no model \(name)")
    }

    @Test(arguments: [
        "", " ", "one", "one two", "  leading and  double\tspaces\r\n\n trailing \n",
        "zwei Wörter ☺ 😈\u{301} e\u{301} 漢字　全角", "\u{301}x",
    ])
    func `tokens put together are exactly the text`(text: String) {
        var tokens = EchoTokens(text)
        var parts: [String] = []
        while let token = tokens.next(1) { parts.append(token.text) }
        #expect(Array(parts.joined().utf8) == Array(text.utf8))
        #expect(parts.allSatisfy { !$0.isEmpty })
        #expect(EchoTokens.count(text) == parts.count)
    }

    @Test(arguments: 1...6) func `a piece is as many tokens as are asked for`(most: Int) {
        var tokens = EchoTokens("one  zwei\tdrei 四 five")
        var pieces: [String] = []
        while let piece = tokens.next(most) {
            #expect(EchoTokens.count(piece.text) == piece.count)
            pieces.append(piece.text)
        }
        #expect(pieces.joined() == "one  zwei\tdrei 四 five")
        #expect(pieces.dropLast().allSatisfy { EchoTokens.count($0) == most })
    }

    @Test func `generate says the last user message and counts tokens`() async throws {
        var request = prompt("first")
        request.messages += [
            ModelMessage(role: .assistant, parts: [.text("first")]),
            ModelMessage(role: .user, parts: [.text("say this back")]),
        ]
        let answer = try await model("echo").generate(request, for: someCall())
        #expect(answer.message == ModelMessage(role: .assistant, parts: [.text("say this back")]))
        #expect(answer.finishReason == .stop)
        #expect(answer.usage.inputTokens == 5)
        #expect(answer.usage.outputTokens == 3)
        #expect(!answer.usage.estimated)
    }

    @Test func `stream says one token a chunk and finishes once`() async throws {
        let stream = try await model("echo").stream(prompt("a b c"), for: someCall())
        let chunks = try await drain(stream)
        var usage = Usage()
        usage.inputTokens = 3
        usage.outputTokens = 3
        #expect(chunks == [.text("a"), .text(" b"), .text(" c"), .finish(.stop, usage)])
        #expect(try await stream.next() == nil)
    }

    @Test func `an empty prompt is answered with nothing but a finish`() async throws {
        let chunks = try await drain(model("echo").stream(prompt(""), for: someCall()))
        #expect(chunks == [.finish(.stop, Usage())])
    }

    @Test func `it stops at the bound on output and says length`() async throws {
        var request = prompt("a b c d")
        request.maxOutputTokens = 2
        let answer = try await model("echo").generate(request, for: someCall())
        #expect(answer.message.text == "a b")
        #expect(answer.finishReason == .length)
    }

    @Test func `repeat says the prompt that many times`() async throws {
        let answer = try await model("echo?repeat=3").generate(prompt("a b"), for: someCall())
        #expect(answer.message.text == "a ba ba b")
        #expect(answer.usage.outputTokens == 6)
    }

    @Test func `only an echo without waits says that it answers at once`() throws {
        #expect(try model("echo").answersAtOnce)
        #expect(try model("echo?fail=overloaded").answersAtOnce)
        #expect(try !model("echo?pace=10").answersAtOnce)
        #expect(try !model("echo?first_chunk=1s").answersAtOnce)
        #expect(try !model("echo?fail=hang").answersAtOnce)
    }

    @Test(arguments: [
        "ech", "echo2", "echo?", "echo?pace", "echo?pace=", "echo?pace=0", "echo?pace=-1",
        "echo?pace=inf", "echo?pace=1&pace=2", "echo?speed=1", "echo?fail=nothing",
        "echo?fail=rateLimited", "echo?after=-1", "echo?after=x", "echo?status=99",
        "echo?repeat=0", "echo?first_chunk=5h", "echo?first_chunk=ms", "echo?first_chunk=2d",
        "echo?pace=5&", "echo?retry_after=-2s",
    ])
    func `a directive that makes no sense is an unknown model`(name: String) {
        let provider = BuiltinProvider(time: AlarmlessTime())
        #expect(provider.model(Target(provider: "builtin", model: name)) == nil)
    }

    @Test func `directives are read on top of the provider's settings`() throws {
        var settings = ProviderSettings(name: "b", kind: .builtin)
        settings.echo.paceTokensPerSecond = 5
        let provider = BuiltinProvider(settings, time: AlarmlessTime())
        let target = try #require(
            Target("b/echo?first_chunk=1.5s&fail=rate_limited&after=3&retry_after=2s&status=499"))
        let echo = try #require(provider.model(target) as? EchoModel)
        var expected = EchoScript()
        expected.paceTokensPerSecond = 5
        expected.firstChunkDelay = .milliseconds(1500)
        expected.fault = .fail(.rateLimited)
        expected.faultAfterTokens = 3
        expected.retryAfter = .seconds(2)
        expected.httpStatus = 499
        #expect(echo.script == expected)
    }

    @Test(arguments: ProviderFailure.Kind.allCases)
    func `it can fail in every kind before it is established`(
        kind: ProviderFailure.Kind
    ) async throws {
        let echo = try model("echo?fail=\(kind.directive)&retry_after=2s")
        let streamed = try await failure {
            _ = try await echo.stream(prompt("a b"), for: someCall())
        }
        let generated = try await failure {
            _ = try await echo.generate(prompt("a b"), for: someCall())
        }
        #expect(streamed?.kind == kind)
        #expect(streamed?.retryAfter == .seconds(2))
        #expect(streamed?.httpStatus == kind.usualStatus)
        #expect(streamed?.partialUsage == nil)
        #expect(generated == streamed)
    }

    @Test func `after some tokens a failure is an interruption with what was used`() async throws {
        let stream = try await model("echo?fail=overloaded&after=2").stream(
            prompt("a b c"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        #expect(try await stream.next() == .text(" b"))
        let broken = try await failure { _ = try await stream.next() }
        #expect(broken?.kind == .interrupted)
        #expect(broken?.partialUsage?.outputTokens == 2)
        #expect(try await stream.next() == nil)
    }

    @Test func `a prompt too short for its fault still fails`() async throws {
        let stream = try await model("echo?fail=server_error&after=9").stream(
            prompt("a"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        #expect(try await failure { _ = try await stream.next() }?.kind == .interrupted)
    }
}
