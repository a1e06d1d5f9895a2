import Clocks
import Lanes
import Models
import Testing

/// The table of upstream outcomes, seen from a whole call.
struct ChainTests {
    struct Ending: Sendable, CustomTestStringConvertible {
        var kinds: [ProviderFailure.Kind]
        var reason: FailureReason
        var code: Code
        /// Attempts made, of as many targets as there are kinds.
        var attempts: Int
        var retries = false
        var doNotRetry = false

        var testDescription: String { "\(kinds) ends with \(reason.rawValue)" }
    }

    static let endings: [Ending] = [
        Ending(
            kinds: [.unreachable], reason: .noHealthyTarget, code: .unavailable, attempts: 1,
            retries: true),
        Ending(
            kinds: [.unreachable, .unreachable], reason: .noHealthyTarget, code: .unavailable,
            attempts: 2, retries: true),
        Ending(
            kinds: [.rateLimited, .rateLimited], reason: .upstreamRateLimited,
            code: .resourceExhausted, attempts: 2, retries: true),
        Ending(
            kinds: [.quotaExhausted], reason: .upstreamQuotaExhausted, code: .resourceExhausted,
            attempts: 1, doNotRetry: true),
        Ending(
            kinds: [.credentials], reason: .upstreamCredentials, code: .failedPrecondition,
            attempts: 1),
        Ending(kinds: [.modelNotFound], reason: .unknownModel, code: .notFound, attempts: 1),
        Ending(
            kinds: [.contextTooLong, .contextTooLong], reason: .contextTooLong,
            code: .invalidArgument, attempts: 2),
        Ending(
            kinds: [.contentPolicy, .unreachable], reason: .contentPolicy,
            code: .failedPrecondition, attempts: 1),
        Ending(
            kinds: [.badRequest, .unreachable], reason: .badRequest, code: .invalidArgument,
            attempts: 1),
        Ending(
            kinds: [.serverError, .badRequest], reason: .badRequest, code: .invalidArgument,
            attempts: 2),
        Ending(
            kinds: [.serverError], reason: .chainExhausted, code: .unavailable, attempts: 1,
            retries: true),
        Ending(
            kinds: [.malformed, .overloaded], reason: .chainExhausted, code: .unavailable,
            attempts: 2, retries: true),
        Ending(
            kinds: [.unreachable, .credentials], reason: .chainExhausted, code: .unavailable,
            attempts: 2, retries: true),
        Ending(
            kinds: [.credentials, .modelNotFound], reason: .chainExhausted, code: .notFound,
            attempts: 2),
        Ending(
            kinds: [.quotaExhausted, .credentials], reason: .chainExhausted,
            code: .failedPrecondition, attempts: 2),
    ]

    @Test(arguments: endings, [true, false])
    func `a chain that is used up ends as the table says`(
        ending: Ending, streams: Bool
    ) async throws {
        let models = ending.kinds.enumerated().map { place, kind in
            ScriptedModel.failing("p\(place)/m", ProviderFailure(kind, "it failed"))
        }
        let bench = Bench(models)
        let chain = models.map { "\($0.target)" }.joined(separator: ",")
        let call = bench.call(chain)
        let failure =
            streams
            ? await bench.streamed(call).failure : await bench.generated(call).failure
        let ended = try #require(failure)
        #expect(ended.reason == ending.reason)
        #expect(ended.code == ending.code)
        #expect(ended.report.attempts.count == ending.attempts)
        #expect((ended.retryAfter != nil) == ending.retries)
        #expect(ended.doNotRetry == ending.doNotRetry)
        #expect(call.ending == .failed(ending.reason))
    }

    @Test(arguments: [
        ProviderFailure.Kind.unreachable, .serverError, .overloaded, .rateLimited,
        .quotaExhausted, .credentials, .modelNotFound, .malformed, .contextTooLong,
    ])
    func `what another target may do better fails over`(kind: ProviderFailure.Kind) async {
        let bench = Bench([
            .failing("a/m", ProviderFailure(kind, "it failed", httpStatus: 418)),
            ScriptedModel("b/m"),
        ])
        let call = bench.call("a/m,b/m")
        #expect(await bench.generated(call).text == "hello")
        let attempts = call.report().attempts
        #expect(attempts.map(\.reason) == [kind.reason, nil])
        #expect(attempts.map(\.lane) == ["a", "b"])
        #expect(attempts[0].httpStatus == 418)
        #expect(attempts[1].code == .ok)
    }

    @Test func `the soonest hint of a rate limited chain is the one given`() async throws {
        let bench = Bench([
            .failing("a/m", ProviderFailure(.rateLimited, "slow down", retryAfter: .seconds(30))),
            .failing("b/m", ProviderFailure(.rateLimited, "slow down", retryAfter: .seconds(4))),
        ])
        let failure = try #require(await bench.generated(bench.call("a/m,b/m")).failure)
        #expect(failure.retryAfter == .seconds(4))
    }

    @Test func `a prompt too long for a window skips the smaller ones`() async {
        let (small, large) = (windowed("b/m", 4000), windowed("c/m", 100_000))
        let first = ScriptedModel(
            "a/m", capabilities: capabilities(8000),
            generate: { _ in throw ProviderFailure(.contextTooLong, "9000 tokens") })
        let bench = Bench([first, small, large])
        let call = bench.call("a/m,b/m,c/m")
        #expect(await bench.generated(call).text == "hello")
        #expect(small.count == 0)
        #expect(
            call.report().attempts.map(\.reason) == [.contextTooLong, .targetIncapable, nil])
    }

    private func capabilities(_ window: Int) -> Capabilities {
        var capabilities = Capabilities()
        capabilities.contextWindowTokens = window
        return capabilities
    }

    private func windowed(_ name: String, _ window: Int) -> ScriptedModel {
        ScriptedModel(name, capabilities: capabilities(window))
    }

    @Test func `a target that cannot do what is asked is skipped, and the attempt says so`()
        async throws
    {
        var blind = Capabilities()
        blind.images = false
        let model = ScriptedModel("a/m", capabilities: blind)
        let request = ModelRequest(messages: [
            ModelMessage(role: .user, parts: [.image(mediaType: "", .url("https://x.test/i"))])
        ])
        let bench = Bench([model, ScriptedModel("b/m")])
        let call = bench.call("a/m,b/m")
        #expect(await bench.generated(call, request).text == "hello")
        #expect(model.count == 0)
        #expect(call.report().attempts[0].reason == .targetIncapable)
        #expect(call.report().attempts[0].message.contains("images"))
        let alone = try #require(await bench.generated(bench.call("a/m"), request).failure)
        #expect(alone.reason == .badRequest)
        #expect(alone.message.contains("a/m: the request has images"))
    }

    @Test func `an error no provider may throw is ours, and its text is not told`() async throws {
        struct Secretive: Error { var text = "key sk-123" }
        let model = ScriptedModel("a/m", generate: { _ in throw Secretive() })
        let failure = try #require(
            await Bench([model]).failure(of: "a/m"))
        #expect(failure.reason == .internal)
        #expect(failure.message.contains("Secretive"))
        #expect(!failure.message.contains("sk-123"))
    }

    @Test func `a cancellation nobody asked for is a provider's mistake, not a caller that left`()
        async throws
    {
        let model = ScriptedModel("a/m", generate: { _ in throw CancellationError() })
        let failure = try #require(await Bench([model]).failure(of: "a/m"))
        #expect(failure.reason == .internal)
    }

    @Test func `a task cancelled without a word counts as a caller that left`() async throws {
        let gate = Gate()
        let model = ScriptedModel(
            "a/m",
            generate: { _ in
                try await gate.pass()
                return .saying("never")
            })
        let bench = Bench([model])
        let task = Task { await bench.generated(bench.call("a/m")) }
        try await eventually { gate.waiting == 1 }
        task.cancel()
        #expect(await task.value.failure?.reason == .callerLeft)
        #expect(try bench.lane("a").running == 0)
    }

    @Test func `the prompt is in a failure's report only where prompts are kept`() async throws {
        let bench = Bench([.failing("a/m", ProviderFailure(.serverError, "500"))])
        let kept = bench.call("a/m", persistPrompts: true)
        #expect(await bench.generated(kept).failure?.report.messages == ["user: hi there"])
        #expect(await bench.generated(bench.call("a/m")).failure?.report.messages == [])
        #expect(kept.report().messages == [])
    }

    @Test func `a request that cannot be is refused before anything is queued`() async throws {
        let model = ScriptedModel("a/m")
        let bench = Bench([model])
        let outcome = await bench.generated(bench.call("a/m"), ModelRequest(messages: []))
        #expect(outcome.failure?.reason == .badRequest)
        #expect(outcome.failure?.report.phase == .queue)
        #expect(outcome.failure?.report.attribution.callID == "c1")
        #expect(model.count == 0)
    }

    @Test func `a stopping daemon says when to come back`() async throws {
        let bench = Bench([ScriptedModel("a/m")])
        bench.lanes.drain()
        let failure = try #require(await bench.failure(of: "a/m"))
        #expect(failure.reason == .shuttingDown)
        let again = try #require(failure.retryAfter)
        #expect(again >= .seconds(1) && again <= .seconds(5))
    }
}

extension Bench {
    fileprivate func failure(of model: String) async -> CallFailure? {
        await generated(call(model)).failure
    }
}
