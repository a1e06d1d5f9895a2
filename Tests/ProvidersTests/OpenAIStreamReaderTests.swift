import Models
import Testing

@testable import Providers

/// The stream reader: the chunks and the end that the bytes of an upstream mean.
@Suite struct OpenAIStreamReaderTests {
    typealias Outcome = StreamTrial.Outcome
    typealias End = StreamTrial.End

    private func outcome(_ lines: String..., end: End = .closes) -> Outcome {
        let text = lines.map { "data: \($0)\n\n" }.joined()
        let whole = Trial.openAIChat.outcome(Array(text.utf8), end: end)
        #expect(Trial.openAIChat.outcome(Array(text.utf8), size: 1, end: end) == whole)
        return whole
    }

    private func delta(_ members: String, finish: String = "null") -> String {
        #"{"id":"x1","choices":[{"index":0,"delta":{\#(members)},"finish_reason":\#(finish)}]}"#
    }

    private func say(_ word: String) -> String { delta(#""content":"\#(word)""#) }

    private func estimate(_ output: Int) -> Usage {
        var usage = Usage()
        usage.inputTokens = 10
        usage.outputTokens = output
        usage.estimated = true
        return usage
    }

    private func counted(_ input: Int, _ output: Int) -> Usage {
        var usage = Usage()
        usage.inputTokens = input
        usage.outputTokens = output
        return usage
    }

    private var stop: String { delta("", finish: #""stop""#) }

    private func usage(_ input: Int, _ output: Int) -> String {
        #"{"choices":[],"usage":{"prompt_tokens":\#(input),"completion_tokens":\#(output)}}"#
    }

    // MARK: The end

    @Test func `a finish reason and DONE end it with the usage in between`() {
        let outcome = outcome(say("a"), say(" b"), stop, usage(7, 2), "[DONE]", end: .staysOpen)
        #expect(
            outcome.chunks == [.text("a"), .text(" b"), .finish(.stop, counted(7, 2))])
        #expect(outcome.failure == nil)
    }

    @Test(arguments: [End.closes, .breaks])
    func `a finish reason is enough where DONE is missing`(end: End) {
        let outcome = outcome(say("a"), stop, end: end)
        #expect(outcome == Outcome(chunks: [.text("a"), .finish(.stop, estimate(1))]))
    }

    @Test func `DONE is enough where the finish reason is missing`() {
        #expect(
            outcome(say("a"), "[DONE]")
                == Outcome(chunks: [.text("a"), .finish(.unknown, estimate(1))]))
    }

    @Test(arguments: [End.closes, .breaks])
    func `an end without a terminal event is an interruption and never success`(end: End) {
        let outcome = outcome(say("a"), say("b"), end: end)
        #expect(outcome.chunks == [.text("a"), .text("b")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.partialUsage == estimate(2))
        #expect(outcome.failure?.upstreamRequestID == "x1")
    }

    @Test func `a connection lost before the first chunk is an upstream out of reach`() {
        #expect(outcome(delta(""), end: .breaks).failure?.kind == .unreachable)
    }

    @Test func `half an event at the end is an interruption`() {
        let text = "data: \(say("a"))\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"b"
        let outcome = Trial.openAIChat.outcome(Array(text.utf8))
        #expect(outcome.chunks == [.text("a")])
        #expect(outcome.failure?.kind == .interrupted)
    }

    @Test func `a stream that says nothing is malformed`() {
        #expect(Trial.openAIChat.outcome([]).failure?.kind == .malformed)
        #expect(outcome("[DONE]").failure?.kind == .malformed)
        #expect(outcome(delta(#""role":"assistant","content":"""#)).failure?.kind == .malformed)
        #expect(Trial.openAIChat.outcome(Array(": ping\n\n".utf8)).failure?.kind == .malformed)
    }

    @Test func `an empty answer with a finish reason is an answer`() {
        #expect(
            outcome(delta(#""role":"assistant""#), stop, usage(3, 0), "[DONE]")
                == Outcome(chunks: [.finish(.stop, counted(3, 0))]))
    }

    @Test func `nothing after DONE is read`() {
        #expect(
            outcome(say("a"), stop, "[DONE]", say("b"), "junk")
                == Outcome(chunks: [.text("a"), .finish(.stop, estimate(1))]))
    }

    @Test func `a broken event after the finish reason costs only the usage`() {
        let text = "data: \(say("a"))\n\ndata: \(stop)\n\ndata: {\"usage\":{\"promp"
        #expect(
            Trial.openAIChat.outcome(Array(text.utf8))
                == Outcome(chunks: [.text("a"), .finish(.stop, estimate(1))]))
    }

    // MARK: What is not a chunk

    @Test func `a role without content, a comment and a ping establish nothing`() {
        let text = ": ping\n\ndata: \(delta(#""role":"assistant","content":"""#))\n\n: ping\n\n"
        #expect(Trial.openAIChat.outcome(Array(text.utf8), end: .staysOpen) == Outcome())
    }

    @Test func `an event that is not JSON is malformed before the first chunk`() {
        #expect(outcome("<html>").failure?.kind == .malformed)
        #expect(outcome(say("a"), "<html>").failure?.kind == .interrupted)
    }

    @Test func `JSON nested without end is refused and not followed`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(
            Trial.openAIChat.outcome(Array("data: \(deep)\n\n".utf8)).failure?.kind == .malformed)
    }

    @Test func `a line without end is refused with its limit`() {
        var limits = ProviderLimits()
        limits.lineBytesMax = 1000
        var reader = Trial.openAIChat.reader(limits: limits)
        for _ in 0..<20 { reader.feed(Array(repeating: UInt8(ascii: "x"), count: 100).span) }
        let failure = StreamTrial.outcome(of: &reader).failure
        #expect(failure?.kind == .malformed)
        #expect(failure?.message.contains("the limit is 1000") == true)
    }

    // MARK: Errors inside a 200

    @Test func `an error before the first chunk is what it says`() {
        let error = #"{"error":{"message":"slow down","type":"x","code":429}}"#
        #expect(outcome(error).failure?.kind == .rateLimited)
        #expect(
            outcome(#"{"error":{"code":"context_length_exceeded","message":"too long"}}"#)
                .failure?.kind == .contextTooLong)
        #expect(outcome(#"{"error":"something broke"}"#).failure?.kind == .malformed)
    }

    @Test func `an error after the first chunk is an interruption with its message`() {
        let outcome = outcome(say("a"), #"{"error":{"message":"out of memory","code":500}}"#)
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.message.contains("out of memory") == true)
    }

    @Test func `an error event without an error object is one all the same`() {
        let text = "event: error\ndata: {\"message\":\"no\"}\n\n"
        #expect(Trial.openAIChat.outcome(Array(text.utf8)).failure?.kind == .malformed)
    }

    @Test func `a finish reason of error is not a finish`() {
        let outcome = outcome(say("a"), delta("", finish: #""error""#), "[DONE]")
        #expect(outcome.failure?.kind == .interrupted)
    }

    // MARK: Usage

    @Test func `the last usage counts and null does not`() {
        let null = #"{"choices":[{"index":0,"delta":{"content":"b"}}],"usage":null}"#
        let outcome = outcome(usage(1, 1), say("a"), null, stop, usage(7, 2), usage(7, 3), "[DONE]")
        #expect(outcome.chunks.last == .finish(.stop, counted(7, 3)))
    }

    @Test func `cached and reasoning tokens are kept`() {
        let usage =
            #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"#
            + #""prompt_tokens_details":{"cached_tokens":4},"#
            + #""completion_tokens_details":{"reasoning_tokens":3}}}"#
        var expected = counted(9, 5)
        expected.cacheReadTokens = 4
        expected.reasoningTokens = 3
        #expect(outcome(say("a"), stop, usage).chunks.last == .finish(.stop, expected))
    }

    @Test func `usage of a wrong shape is estimated and not an error`() {
        #expect(
            outcome(say("a"), stop, #"{"choices":[],"usage":"many"}"#, "[DONE]").chunks.last
                == .finish(.stop, estimate(1)))
    }

    // MARK: Reasoning and tools

    @Test(arguments: ["reasoning", "reasoning_content"])
    func `reasoning is read under both its names`(name: String) {
        #expect(
            outcome(delta(#""\#(name)":"hm""#), stop).chunks.first
                == .reasoning(text: "hm", signature: []))
    }

    @Test func `reasoning under both names at once is read once`() {
        #expect(
            outcome(delta(#""reasoning":"hm","reasoning_content":"hm""#), stop).chunks.count == 2)
    }

    private func tool(_ members: String) -> String { delta(#""tool_calls":[{\#(members)}]"#) }

    private func call(_ index: Int, _ id: String, _ name: String, _ arguments: String) -> Chunk {
        .toolCall(index: index, id: id, name: name, argumentsJSON: arguments)
    }

    @Test func `interleaved tool calls are kept apart by their index`() {
        let outcome = outcome(
            tool(#""index":0,"id":"a","function":{"name":"f","arguments":""}"#),
            tool(#""index":1,"id":"b","function":{"name":"g","arguments":"{"}"#),
            tool(#""index":0,"function":{"arguments":"{}"}"#),
            tool(#""index":1,"function":{"arguments":"}"}"#),
            delta("", finish: #""tool_calls""#), "[DONE]")
        #expect(
            outcome.chunks == [
                call(0, "a", "f", ""), call(1, "b", "g", "{"), call(0, "", "", "{}"),
                call(1, "", "", "}"), .finish(.toolCalls, estimate(4)),
            ])
    }

    @Test func `calls that share an index are told apart by their ids`() {
        let outcome = outcome(
            tool(#""index":0,"id":"a","function":{"name":"f","arguments":"{}"}"#),
            tool(#""index":0,"id":"b","function":{"name":"f","arguments":"{}"}"#), stop)
        #expect(outcome.chunks.prefix(2) == [call(0, "a", "f", "{}"), call(1, "b", "f", "{}")])
    }

    @Test func `a call without index and id gets an id of this answer`() {
        let outcome = outcome(
            tool(#""function":{"name":"f","arguments":"{"}"#),
            tool(#""function":{"arguments":"}"}"#),
            tool(#""function":{"name":"g","arguments":"{}"}"#), stop)
        #expect(
            outcome.chunks.prefix(3) == [
                call(0, "call_x1_0", "f", "{"), call(0, "", "", "}"),
                call(1, "call_x1_1", "g", "{}"),
            ])
    }

    @Test func `an id and a name that are repeated are given out once`() {
        let outcome = outcome(
            tool(#""index":0,"id":"a","function":{"name":"f","arguments":"{"}"#),
            tool(#""index":0,"id":"a","function":{"name":"f","arguments":"}"}"#), stop)
        #expect(outcome.chunks.prefix(2) == [call(0, "a", "f", "{"), call(0, "", "", "}")])
    }

    @Test func `a refusal is what the model says`() {
        #expect(
            outcome(delta(#""content":null,"refusal":"I can't""#), stop).chunks.first
                == .text("I can't"))
    }

    @Test func `other choices are not mixed in`() {
        let second = #"{"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"stop"}]}"#
        #expect(
            outcome(say("a"), second, stop, "[DONE]").chunks
                == [.text("a"), .finish(.stop, estimate(1))])
    }

    @Test(arguments: [
        ("stop", FinishReason.stop), ("length", .length), ("tool_calls", .toolCalls),
        ("function_call", .toolCalls), ("content_filter", .contentFilter), ("eos", .other),
    ])
    func `finish reasons are mapped`(word: String, reason: FinishReason) {
        #expect(
            outcome(say("a"), delta("", finish: "\"\(word)\"")).chunks.last
                == .finish(reason, estimate(1)))
    }
}
