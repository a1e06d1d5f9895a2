import Models
import Testing

@testable import Providers

extension Trial {
    static let ollama = StreamTrial(.lines) { OllamaEvents(errors: $0) }
}

/// What the lines of a streamed chat come to.
@Suite struct OllamaStreamTests {
    typealias Outcome = StreamTrial.Outcome
    typealias End = StreamTrial.End

    private func outcome(_ lines: String..., end: End = .closes) -> Outcome {
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        let whole = Trial.ollama.outcome(bytes, end: end)
        #expect(Trial.ollama.outcome(bytes, size: 1, end: end) == whole)
        return whole
    }

    private func line(_ message: String, more: String = #","done":false"#) -> String {
        #"{"model":"m","created_at":"2024-05-24T20:57:43Z","message":{\#(message)}\#(more)}"#
    }

    private func say(_ word: String) -> String { line(#""role":"assistant","content":"\#(word)""#) }

    private func last(
        _ reason: String = "stop", counts: String = #","prompt_eval_count":7,"eval_count":2"#
    ) -> String {
        line(
            #""role":"assistant","content":"""#,
            more: #","done":true,"done_reason":"\#(reason)"\#(counts)"#)
    }

    private func counted(_ input: Int, _ output: Int) -> Usage {
        var usage = Usage()
        usage.inputTokens = input
        usage.outputTokens = output
        return usage
    }

    private func estimate(_ output: Int) -> Usage {
        var usage = counted(10, output)
        usage.estimated = true
        return usage
    }

    @Test func `the last line ends it with its usage`() {
        #expect(
            outcome(say("a"), say(" b"), last(), end: .staysOpen)
                == Outcome(chunks: [.text("a"), .text(" b"), .finish(.stop, counted(7, 2))]))
    }

    @Test func `the last line may lack its end`() {
        let text = say("a") + "\n" + last()
        #expect(
            Trial.ollama.outcome(Array(text.utf8))
                == Outcome(chunks: [.text("a"), .finish(.stop, counted(7, 2))]))
    }

    @Test func `counts are estimated where there are none`() {
        #expect(
            outcome(say("a"), last(counts: "")).chunks.last == .finish(.stop, estimate(1)))
        #expect(
            outcome(say("a"), last(counts: #","eval_count":2"#)).chunks.last
                == .finish(.stop, counted(0, 2)))
    }

    @Test func `thinking is reasoning`() {
        let thought = line(#""role":"assistant","content":"","thinking":"hm""#)
        #expect(
            outcome(thought, say("a"), last()).chunks == [
                .reasoning(text: "hm", signature: []), .text("a"), .finish(.stop, counted(7, 2)),
            ])
    }

    @Test func `calls are numbered over all lines and end the answer for them`() {
        let first = line(
            #""content":"","tool_calls":[{"function":{"index":0,"name":"f","arguments":{"x":1}}}]"#)
        let second = line(
            #""tool_calls":[{"function":{"name":"g","arguments":{}}},"#
                + #"{"id":"own","function":{"name":"f","arguments":{}}}]"#)
        #expect(
            outcome(first, second, last()).chunks == [
                .toolCall(
                    index: 0, id: "call_20240524T205743Z_0", name: "f", argumentsJSON: #"{"x":1}"#),
                .toolCall(
                    index: 1, id: "call_20240524T205743Z_1", name: "g", argumentsJSON: "{}"),
                .toolCall(index: 2, id: "own", name: "f", argumentsJSON: "{}"),
                .finish(.toolCalls, counted(7, 2)),
            ])
        #expect(outcome(first, last("length")).chunks.last == .finish(.length, counted(7, 2)))
    }

    @Test(arguments: [
        ("stop", FinishReason.stop), ("length", .length), ("load", .other), ("unload", .other),
        ("", .unknown),
    ])
    func `reasons are mapped`(word: String, reason: FinishReason) {
        #expect(outcome(say("a"), last(word)).chunks.last == .finish(reason, counted(7, 2)))
    }

    @Test func `what comes with the last line is part of the answer`() {
        let all = line(
            #""content":"a""#, more: #","done":true,"done_reason":"length","eval_count":1"#)
        #expect(outcome(all).chunks == [.text("a"), .finish(.length, counted(0, 1))])
    }

    @Test(arguments: [End.closes, .breaks])
    func `an end without a last line is an interruption and never success`(end: End) {
        let outcome = outcome(say("a"), say("b"), end: end)
        #expect(outcome.chunks == [.text("a"), .text("b")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.partialUsage == estimate(2))
    }

    @Test func `half a line at the end is an interruption`() {
        let text = say("a") + "\n" + last().dropLast()
        let outcome = Trial.ollama.outcome(Array(text.utf8))
        #expect(outcome.chunks == [.text("a")])
        #expect(outcome.failure?.kind == .interrupted)
    }

    @Test func `a stream that says nothing is malformed`() {
        #expect(Trial.ollama.outcome([]).failure?.kind == .malformed)
        #expect(outcome("{}").failure?.kind == .malformed)
        #expect(outcome("<html>").failure?.kind == .malformed)
        #expect(outcome(say("")).failure?.kind == .malformed)
    }

    @Test func `an error before the first chunk is what it says`() {
        #expect(outcome(#"{"error":"something broke"}"#).failure?.kind == .malformed)
        #expect(
            outcome(#"{"error":"model requires more system memory"}"#).failure?.kind
                == .serverError)
        #expect(outcome(#"{"error":"m does not support tools"}"#).failure?.kind == .incapable)
    }

    @Test func `an error after the first chunk is an interruption with its message`() {
        let outcome = outcome(say("a"), #"{"error":"the runner stopped"}"#, last())
        #expect(outcome.chunks == [.text("a")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.message == "local sent an error in its answer: the runner stopped")
    }

    @Test func `nothing after the last line is read`() {
        #expect(
            outcome(say("a"), last(), say("b"), "junk")
                == Outcome(chunks: [.text("a"), .finish(.stop, counted(7, 2))]))
    }
}
