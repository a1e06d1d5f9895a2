import Models
import Testing

@testable import Providers

/// Genuine answers of providers, replayed with splits at every offset.
@Suite(.enabled(if: Recordings.folder != nil, "set LANEWAY_RECORDINGS to the folder of recordings"))
struct RecordingTests {
    @Test(arguments: [
        "openai_chat_plain", "openai_chat_multi_tool", "azure_openai_chat_prompt_filter",
        "openrouter_comments_reasoning", "groq_midstream_tool_error",
    ])
    func `a recording means the same wherever it is split`(name: String) throws {
        let body = try Recordings.body(name)
        #expect(!Trial.openAIChat.outcome(body).chunks.isEmpty)
        #expect(Trial.openAIChat.differenceWhenSplit(body) == nil)
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
            let outcome = Trial.openAIChat.outcome(Array(body[..<end]))
            #expect(outcome.failure != nil, "cut at \(end)")
        }
    }

    @Test func `OpenAI's plain answer is read with its usage`() throws {
        let outcome = Trial.openAIChat.outcome(try Recordings.body("openai_chat_plain"))
        #expect(text(outcome.chunks).hasPrefix("The capital of"))
        var usage = Usage()
        usage.inputTokens = 78
        usage.outputTokens = 9
        #expect(outcome.chunks.last == .finish(.stop, usage))
    }

    @Test func `OpenAI's parallel tool calls are read whole`() throws {
        let outcome = Trial.openAIChat.outcome(try Recordings.body("openai_chat_multi_tool"))
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
        let outcome = Trial.openAIChat.outcome(
            try Recordings.body("azure_openai_chat_prompt_filter"))
        guard case .finish(.stop, let usage) = outcome.chunks.last else {
            Issue.record("no finish: \(String(describing: outcome.chunks.last))")
            return
        }
        #expect(usage.estimated)
        #expect(usage.outputTokens == outcome.chunks.count - 1)
    }

    @Test func `OpenRouter's reasoning, text and late usage are read`() throws {
        let outcome = Trial.openAIChat.outcome(try Recordings.body("openrouter_comments_reasoning"))
        #expect(outcome.chunks.first == .reasoning(text: "This", signature: []))
        #expect(!text(outcome.chunks).isEmpty)
        var usage = Usage()
        usage.inputTokens = 43
        usage.outputTokens = 36
        usage.reasoningTokens = 13
        #expect(outcome.chunks.last == .finish(.stop, usage))
    }

    @Test func `Groq's error in mid-stream is an interruption`() throws {
        let outcome = Trial.openAIChat.outcome(try Recordings.body("groq_midstream_tool_error"))
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.message.contains("Tool call validation failed") == true)
        #expect((outcome.failure?.message.utf8.count ?? 999) <= Redactor.messageBytesMax)
    }
}
