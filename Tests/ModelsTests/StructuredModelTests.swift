import Clocks
import Lanes
import Logging
import Synchronization
import Testing

@testable import Models

/// Answers held against a schema: here one that wants the word `good`.
struct StructuredModelTests {
    private struct WantsGood: OutputSchema {
        func problems(in json: String) -> [String] {
            json == #"{"a":"good"}"# ? [] : ["a is \(json.count) characters of nonsense"]
        }
    }

    private struct Compiler: SchemaCompiler {
        let compiled = Counter()

        func compile(_ schema: String) throws(SchemaRefused) -> any OutputSchema {
            compiled.bump()
            if schema == "bad" { throw SchemaRefused("it is bad") }
            return WantsGood()
        }
    }

    private static let good = #"{"a":"good"}"#

    private static var request: ModelRequest {
        var request = ModelRequest.hi
        request.responseFormat = .jsonSchema(name: "n", schemaJSON: "{}", strict: false)
        return request
    }

    /// Says one thing after the other, and keeps what it was asked.
    private final class Talker: Sendable {
        let asked = Mutex<[ModelRequest]>([])
        private let answers: [String]
        private let finish: FinishReason

        init(_ answers: [String], finish: FinishReason = .stop) {
            self.answers = answers
            self.finish = finish
        }

        func answer(_ request: ModelRequest) -> ModelResponse {
            let turn = asked.withLock { asked in
                asked.append(request)
                return asked.count - 1
            }
            var usage = Usage()
            usage.inputTokens = 10
            usage.outputTokens = 1
            return ModelResponse(
                message: ModelMessage(
                    role: .assistant, parts: [.text(answers[min(turn, answers.count - 1)])]),
                finishReason: finish, usage: usage)
        }
    }

    private final class TalkingModel: Model {
        let talker: Talker
        let target = Target(provider: "a", model: "m")
        let capabilities = Capabilities()

        init(_ talker: Talker) { self.talker = talker }

        func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
            talker.answer(request)
        }

        func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
            let response = talker.answer(request)
            return ScriptedStream([
                .text(response.message.text), .finish(response.finishReason, response.usage),
            ])
        }
    }

    private struct OneModel: Provider {
        let model: any Model
        var name: String { "a" }
        var slow: Bool { false }
        func model(_ target: Target) -> (any Model)? { model }
    }

    private func dispatcher(
        _ talker: Talker, turns: Int = 1, compiler: Compiler = Compiler()
    ) -> (Dispatcher, LaneRegistry, HandWoundTime) {
        let time = HandWoundTime()
        let lanes = LaneRegistry(
            rules: [], defaults: LaneSettings(concurrency: 1), queueing: true, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var limits = CallLimits()
        limits.correctiveTurns = turns
        let catalog = ModelCatalog(
            providers: [OneModel(model: TalkingModel(talker))], lanes: lanes, limits: limits,
            schemas: SchemaBook(compiler))
        return (Dispatcher(catalog: catalog, limits: limits), lanes, time)
    }

    private func outcome(
        _ answers: [String], turns: Int = 1, finish: FinishReason = .stop
    ) async -> (Outcome, Talker, Call) {
        let talker = Talker(answers, finish: finish)
        let (dispatcher, _, _) = dispatcher(talker, turns: turns)
        let call = Bench([]).call("a/m")
        do {
            return (.answer(try await dispatcher.generate(Self.request, for: call)), talker, call)
        } catch {
            return (.failure(error), talker, call)
        }
    }

    @Test func `a good answer is given as it is, after one turn`() async throws {
        let (outcome, talker, call) = await outcome([Self.good])
        #expect(outcome.text == Self.good)
        #expect(talker.asked.withLock { $0.count } == 1)
        #expect(call.report().attempts.map(\.reason) == [nil])
    }

    @Test(arguments: [
        "```json\n{\"a\":\"good\"}\n```", "Here it is:\n```\n{\"a\":\"good\"}\n```\nBye.",
        "  {\"a\":\"good\"}\n",
    ])
    func `JSON in a fence or between blanks is taken out of it`(said: String) async {
        let (outcome, talker, _) = await outcome([said])
        #expect(outcome.text == Self.good)
        #expect(talker.asked.withLock { $0.count } == 1)
    }

    @Test func `an answer that breaks its schema is sent back with what is wrong`() async throws {
        let (outcome, talker, call) = await outcome(["nonsense", Self.good])
        #expect(outcome.text == Self.good)
        let second = try #require(talker.asked.withLock { $0.last })
        #expect(second.messages.map(\.role) == [.user, .assistant, .user])
        #expect(second.messages[1].text == "nonsense")
        #expect(second.messages[2].text.contains("a is 8 characters of nonsense"))
        let attempts = call.report().attempts
        #expect(attempts.map(\.reason) == [.outputSchemaInvalid, nil])
        #expect(attempts.map { $0.usage?.inputTokens } == [10, 10])
        guard case .answer(let response) = outcome else { return }
        #expect(response.usage.inputTokens == 20, "the caller is told of both turns")
    }

    @Test func `when the turns are used up the call fails with what was said last`() async throws {
        let (outcome, talker, call) = await outcome(["one", "two", "three"])
        let failure = try #require(outcome.failure)
        #expect(failure.reason == .outputSchemaInvalid)
        #expect(failure.code == .failedPrecondition)
        #expect(failure.retryAfter == nil)
        #expect(failure.message.contains("after 1 corrective turn: a is 3 characters"))
        #expect(failure.invalidOutput?.text == "two")
        #expect(talker.asked.withLock { $0.count } == 2)
        #expect(
            call.report().attempts.map(\.reason) == Array(repeating: .outputSchemaInvalid, count: 2)
        )
        #expect(call.report().attempts.map { $0.usage?.outputTokens } == [1, 1])
    }

    @Test(arguments: [0, 3]) func `as many turns as are allowed`(turns: Int) async throws {
        let (outcome, talker, _) = await outcome(["x"], turns: turns)
        #expect(outcome.failure?.reason == .outputSchemaInvalid)
        #expect(talker.asked.withLock { $0.count } == turns + 1)
    }

    @Test func `an answer that was cut off is not asked for again`() async throws {
        let (outcome, talker, _) = await outcome([#"{"a":"#], finish: .length)
        #expect(outcome.failure?.message.contains("cut off at its limit of tokens") == true)
        #expect(talker.asked.withLock { $0.count } == 1)
    }

    @Test func `a stream that breaks its schema fails in place of its end`() async throws {
        let talker = Talker(["nonsense"])
        let (dispatcher, _, _) = dispatcher(talker)
        let call = Bench([]).call("a/m")
        call.bind {}
        let stream = try await dispatcher.stream(Self.request, for: call)
        #expect(try await stream.next() == .text("nonsense"))
        let failure = await #expect(throws: CallFailure.self) { try await stream.next() }
        #expect(failure?.reason == .outputSchemaInvalid)
        #expect(failure?.invalidOutput?.text == "nonsense")
        #expect(failure?.partialUsage?.inputTokens == 10)
    }

    @Test func `a schema that cannot be used is a bad request, before anything is asked`()
        async throws
    {
        let talker = Talker([Self.good])
        let (dispatcher, lanes, _) = dispatcher(talker)
        var request = Self.request
        request.responseFormat = .jsonSchema(name: "n", schemaJSON: "bad", strict: false)
        let failure = await #expect(throws: CallFailure.self) {
            try await dispatcher.generate(request, for: Bench([]).call("a/m"))
        }
        #expect(failure?.reason == .badRequest)
        #expect(failure?.message.contains("it is bad") == true)
        #expect(talker.asked.withLock { $0.isEmpty })
        #expect(lanes.lane(provider: "a", model: "m")?.snapshot().started == 0)
    }

    @Test func `a schema is compiled once, and free text is not judged`() async throws {
        let compiler = Compiler()
        let talker = Talker([Self.good])
        let (dispatcher, _, _) = dispatcher(talker, compiler: compiler)
        for _ in 0..<3 {
            _ = try await dispatcher.generate(Self.request, for: Bench([]).call("a/m"))
        }
        #expect(compiler.compiled.count == 1)
        let plain = Talker(["nonsense"])
        let (other, _, _) = self.dispatcher(plain)
        let answer = try await other.generate(.hi, for: Bench([]).call("a/m"))
        #expect(answer.message.text == "nonsense")
    }
}
