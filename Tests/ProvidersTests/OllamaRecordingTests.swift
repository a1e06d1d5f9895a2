import Models
import Testing

@testable import Providers

/// A genuine answer of Ollama.
@Suite(.enabled(if: Recordings.folder != nil, "set LANEWAY_RECORDINGS to the folder of recordings"))
struct OllamaRecordingTests {
    private func body() throws -> [UInt8] { try Recordings.body("ollama_chat_ndjson") }

    @Test func `the recording is read whole`() throws {
        let outcome = Trial.ollama.outcome(try body())
        #expect(text(outcome.chunks).hasPrefix("Here's one:\n\nWhy did the OpenTelemetry"))
        #expect(text(outcome.chunks).hasSuffix("Do you want another one?)"))
        var usage = Usage()
        usage.inputTokens = 17
        usage.outputTokens = 63
        #expect(outcome.chunks.last == .finish(.stop, usage))
        #expect(outcome.failure == nil)
    }

    @Test func `the recording means the same wherever it is split`() throws {
        #expect(Trial.ollama.differenceWhenSplit(try body()) == nil)
    }

    @Test func `the recording cut short is never taken for an answer`() throws {
        let body = try body()
        // The last byte is a line end, which may be missing.
        let brace = try #require(body.lastIndex(of: UInt8(ascii: "}")))
        for end in 0...brace {
            #expect(Trial.ollama.outcome(Array(body[..<end])).failure != nil, "cut at \(end)")
        }
    }
}
