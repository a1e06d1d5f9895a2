import Models
import Testing

@testable import Providers

/// Genuine answers of providers, replayed with splits at every offset.
@Suite(.enabled(if: Recordings.folder != nil, "set LANEWAY_RECORDINGS to the folder of recordings"))
struct RecordingTests {
    private typealias Reader = OpenAIStreamReaderTests

    @Test(arguments: [
        "openai_chat_plain", "openai_chat_multi_tool", "azure_openai_chat_prompt_filter",
        "openrouter_comments_reasoning", "groq_midstream_tool_error",
    ])
    func `a recording means the same wherever it is split`(name: String) throws {
        let body = try Recordings.body(name)
        let whole = Reader.outcome(body)
        #expect(!whole.chunks.isEmpty)
        #expect(Reader.outcome(body, size: 1) == whole)
        for size in [2, 3, 5, 7, 64, 1000] {
            #expect(Reader.outcome(body, size: size) == whole, "in pieces of \(size)")
        }
    }

    @Test(arguments: [
        "openai_chat_plain", "openai_chat_multi_tool", "azure_openai_chat_prompt_filter",
        "openrouter_comments_reasoning", "groq_midstream_tool_error",
    ])
    func `a cut at any offset changes nothing in the events around it`(name: String) throws {
        let body = try Recordings.body(name)
        let ends = [0] + body.indices.dropFirst().filter { body[$0 - 1] == 10 && body[$0] == 10 }
        var before = OpenAIStreamReader(
            errors: Reader.errors, limits: ProviderLimits(), promptBytes: 40)
        // The event that is cut and the one behind it, from what the reader was before them.
        for (start, end) in zip(ends, ends.dropFirst(2) + [body.count]) {
            var uncut = before
            uncut.feed(Array(body[start..<end]).span)
            let expected = Reader.outcome(of: &uncut)
            for offset in start..<end {
                var reader = before
                reader.feed(Array(body[start..<offset]).span)
                reader.feed(Array(body[offset..<end]).span)
                if Reader.outcome(of: &reader) != expected {
                    Issue.record("differs when cut at \(offset)")
                    return
                }
            }
            let next = ends.first { $0 > start } ?? body.count
            before.feed(Array(body[start..<next]).span)
            _ = Reader.outcome(of: &before)
        }
    }

    @Test(arguments: [
        "openai_chat_plain", "openai_chat_multi_tool", "azure_openai_chat_prompt_filter",
        "openrouter_comments_reasoning",
    ])
    func `a recording that is cut short is never taken for an answer`(name: String) throws {
        let body = try Recordings.body(name)
        let finish = try #require(
            body.firstRange(of: Array(#""finish_reason":"stop""#.utf8))?.lowerBound
                ?? body.firstRange(of: Array(#""finish_reason":"tool_calls""#.utf8))?.lowerBound)
        for end in stride(from: 0, to: finish, by: 7) {
            let outcome = Reader.outcome(Array(body[..<end]))
            #expect(outcome.failure != nil, "cut at \(end)")
        }
    }

    @Test func `OpenAI's plain answer is read with its usage`() throws {
        let outcome = Reader.outcome(try Recordings.body("openai_chat_plain"))
        #expect(text(outcome.chunks).hasPrefix("The capital of"))
        var usage = Usage()
        usage.inputTokens = 78
        usage.outputTokens = 9
        #expect(outcome.chunks.last == .finish(.stop, usage))
    }

    @Test func `OpenAI's parallel tool calls are read whole`() throws {
        let outcome = Reader.outcome(try Recordings.body("openai_chat_multi_tool"))
        var arguments = ["", ""]
        for case .toolCall(let index, _, _, let piece) in outcome.chunks {
            arguments[index] += piece
        }
        #expect(
            arguments == [
                #"{"location": "Seattle, WA"}"#, #"{"location": "San Francisco, CA"}"#,
            ])
        #expect(outcome.failure == nil)
    }

    @Test func `Azure's answer without usage is estimated`() throws {
        let outcome = Reader.outcome(try Recordings.body("azure_openai_chat_prompt_filter"))
        guard case .finish(.stop, let usage) = outcome.chunks.last else {
            Issue.record("no finish: \(String(describing: outcome.chunks.last))")
            return
        }
        #expect(usage.estimated)
        #expect(usage.outputTokens == outcome.chunks.count - 1)
    }

    @Test func `OpenRouter's reasoning, text and late usage are read`() throws {
        let outcome = Reader.outcome(try Recordings.body("openrouter_comments_reasoning"))
        #expect(outcome.chunks.first == .reasoning(text: "This", signature: []))
        #expect(!text(outcome.chunks).isEmpty)
        var usage = Usage()
        usage.inputTokens = 43
        usage.outputTokens = 36
        usage.reasoningTokens = 13
        #expect(outcome.chunks.last == .finish(.stop, usage))
    }

    @Test func `Groq's error in mid-stream is an interruption`() throws {
        let outcome = Reader.outcome(try Recordings.body("groq_midstream_tool_error"))
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.message.contains("Tool call validation failed") == true)
        #expect((outcome.failure?.message.utf8.count ?? 999) <= Redactor.messageBytesMax)
    }
}
