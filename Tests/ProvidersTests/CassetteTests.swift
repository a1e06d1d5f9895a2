import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// Some hundreds of genuine answers, each read by the dialect and by a reader of another kind.
@Suite(
    // One at a time: the others' tests would else find no thread for a minute.
    .serialized,
    .enabled(
        if: Cassette.folder != nil,
        "scripts/cassettes makes them; LANEWAY_CASSETTES names another folder"))
struct CassetteTests {
    private static let streamed = Cassette.all.filter(\.about.streams)
    private static let whole = Cassette.all.filter { !$0.about.streams }

    /// What came with the status of an answer, but is an error.
    private static let errors: [String: ProviderFailure.Kind] = [
        // The prompt was filtered before any model saw it.
        "openai-test_azure-test_prompt_content_filtering-0": .contentPolicy
    ]

    /// Calls of `functions`, which came before tools. No request from here offers any, so that no
    /// answer has to be read for them.
    private static let callsOfFunctions = Set(
        [
            "-0", "-1", "-2", "-3", "_with_events_with_content-2", "_with_events_with_content-3",
            "_with_events_with_no_content-2", "_with_events_with_no_content-3",
        ].map { "openai-test_functions-test_open_ai_function_calls\($0)" })

    @Test(arguments: [
        (Cassette.Kind.chat, 70, 200), (.messages, 20, 20), (.ollama, 2, 4), (.responses, 14, 20),
    ])
    func `there are enough of them`(kind: Cassette.Kind, streams: Int, whole: Int) {
        #expect(Self.streamed.count { $0.about.kind == kind } >= streams)
        #expect(Self.whole.count { $0.about.kind == kind } >= whole)
    }

    @Test func `all of them can be read, and what is listed as an exception is there`() {
        #expect(Cassette.all.map(\.name) == Cassette.names)
        let listed = Self.callsOfFunctions.union(Self.errors.keys)
        #expect(listed.subtracting(Cassette.names).isEmpty)
    }

    @Test(arguments: streamed) func `a stream says what it says, wherever it is split`(
        _ cassette: Cassette
    ) throws {
        switch cassette.about.kind {
        case .chat: try check(cassette, Trial.openAIChat)
        case .messages: try check(cassette, Trial.anthropic)
        case .ollama: try check(cassette, Trial.ollama)
        case .responses: try check(cassette, Trial.responses)
        }
    }

    private func check(_ cassette: Cassette, _ trial: StreamTrial) throws {
        let body = try cassette.body()
        let outcome = trial.outcome(body)
        #expect(outcome.failure == nil)
        let expected = try #require(cassette.about.expected, "not whole, but no known exception")
        let reading = try Reading(outcome.chunks)
        if cassette.about.kind == .ollama {
            #expect(try reading.withPlainArguments() == expected.withPlainArguments())
        } else {
            #expect(reading == expected)
        }
        #expect(trial.differenceWhenSplit(body) == nil)
    }

    @Test(arguments: whole) func `a whole answer says what it says`(_ cassette: Cassette) throws {
        let body = ByteBuffer(bytes: try cassette.body())
        if let kind = Self.errors[cassette.name] {
            #expect(cassette.about.expected == nil)
            let failure = #expect(throws: ProviderFailure.self) { try answer(cassette, body) }
            #expect(failure?.kind == kind)
            return
        }
        var expected = try #require(cassette.about.expected, "no answer, but no known exception")
        var reading = Reading(try answer(cassette, body))
        if Self.callsOfFunctions.contains(cassette.name) {
            #expect(reading.toolCalls.isEmpty && !expected.toolCalls.isEmpty)
            expected.toolCalls = []
        }
        // These two send arguments as JSON, not as text.
        if cassette.about.kind == .messages || cassette.about.kind == .ollama {
            expected = try expected.withPlainArguments()
            reading = try reading.withPlainArguments()
        }
        #expect(reading == expected)
    }

    private func answer(
        _ cassette: Cassette, _ body: ByteBuffer
    ) throws(ProviderFailure) -> WholeAnswer {
        let settings = ProviderSettings(name: "local", kind: .openai)
        return switch cassette.about.kind {
        case .chat: try OpenAIChat(settings, host: "").answer(body, Trial.errors)
        case .messages: try Anthropic(settings, host: "").answer(body, Trial.errors)
        case .ollama: try Ollama(settings, host: "").answer(body, Trial.errors)
        case .responses: try OpenAIResponses(settings, host: "").answer(body, Trial.errors)
        }
    }
}
