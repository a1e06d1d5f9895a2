import Models
import Testing

@testable import Providers

/// A genuine answer of OpenAI.
@Suite(.enabled(if: Recordings.folder != nil, "set LANEWAY_RECORDINGS to the folder of recordings"))
struct ResponsesRecordingTests {
    private func body() throws -> [UInt8] { try Recordings.body("openai_responses_basic") }

    @Test func `the recording is read whole`() throws {
        let outcome = Trial.responses.outcome(try body())
        var usage = Usage()
        usage.inputTokens = 255
        usage.outputTokens = 16
        let pieces = ["{\"", "country", "\":\"", "France", "\"}"]
        #expect(
            outcome.chunks == [
                .toolCall(
                    index: 0, id: "call_kL0PCQV7M2WMoVX8V8OtYSAL", name: "get_capital",
                    argumentsJSON: "")
            ] + pieces.map { .toolCall(index: 0, id: "", name: "", argumentsJSON: $0) }
                + [.finish(.toolCalls, usage)])
        #expect(text(outcome.chunks).isEmpty)
        #expect(outcome.failure == nil)
    }

    @Test func `the recording means the same wherever it is split`() throws {
        #expect(Trial.responses.differenceWhenSplit(try body()) == nil)
    }

    @Test func `the recording cut short is never taken for an answer`() throws {
        let body = try body()
        // Behind it are only the ends of the last event's lines, which may be missing.
        let brace = try #require(body.lastIndex(of: UInt8(ascii: "}")))
        for end in 0...brace {
            #expect(Trial.responses.outcome(Array(body[..<end])).failure != nil, "cut at \(end)")
        }
    }
}
