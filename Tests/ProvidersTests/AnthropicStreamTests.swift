import Models
import Testing

@testable import Providers

extension Trial {
    static let anthropic = StreamTrial(.serverSentEvents) { AnthropicEvents(errors: $0) }
}

/// The chunks and the end that a stream of Anthropic's comes to.
@Suite struct AnthropicStreamTests {
    typealias Outcome = StreamTrial.Outcome
    typealias End = StreamTrial.End

    /// - Parameter events: their data; the lines `event:` are made of their types.
    private func outcome(_ events: String..., end: End = .staysOpen) -> Outcome {
        let text = events.map { data in
            let type = RawJSON(Array(data.utf8))["type"]?.text.dropFirst().dropLast() ?? ""
            return "event: \(type)\ndata: \(data)\n\n"
        }.joined()
        let whole = Trial.anthropic.outcome(Array(text.utf8), end: end)
        #expect(Trial.anthropic.outcome(Array(text.utf8), size: 1, end: end) == whole)
        return whole
    }

    private let start =
        #"{"type":"message_start","message":{"id":"msg_1","content":[],"stop_reason":null,"#
        + #""usage":{"input_tokens":7,"cache_read_input_tokens":5,"output_tokens":1}}}"#
    private let ping = #"{"type":"ping"}"#
    private let done = #"{"type":"message_stop"}"#

    private func begin(_ members: String, at index: Int = 0) -> String {
        #"{"type":"content_block_start","index":\#(index),"content_block":{\#(members)}}"#
    }

    private func delta(_ type: String, _ member: String, at index: Int = 0) -> String {
        #"{"type":"content_block_delta","index":\#(index),"#
            + #""delta":{"type":"\#(type)",\#(member)}}"#
    }

    private func end(_ index: Int = 0) -> String {
        #"{"type":"content_block_stop","index":\#(index)}"#
    }

    private func stop(_ reason: String, output: Int = 9) -> String {
        #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)","stop_sequence":null},"#
            + #""usage":{"output_tokens":\#(output)}}"#
    }

    private var text: String { begin(#""type":"text","text":"""#) }
    private func say(_ word: String) -> String { delta("text_delta", #""text":"\#(word)""#) }

    private func counted(_ output: Int, estimated: Bool = false) -> Usage {
        var usage = Usage()
        usage.inputTokens = 12
        usage.cacheReadTokens = 5
        usage.outputTokens = output
        usage.estimated = estimated
        return usage
    }

    private func call(_ index: Int, _ id: String, _ name: String, _ arguments: String) -> Chunk {
        .toolCall(index: index, id: id, name: name, argumentsJSON: arguments)
    }

    // MARK: The end

    @Test func `a text is streamed to its message_stop, with its usage`() {
        #expect(
            outcome(
                start, ping, text, say(""), say("a"), ping, say(" b"), end(), stop("end_turn"), done
            )
                == Outcome(chunks: [.text("a"), .text(" b"), .finish(.stop, counted(9))]))
    }

    @Test(arguments: [End.closes, .breaks])
    func `a stop reason is enough where message_stop is missing`(end: End) {
        #expect(
            outcome(start, text, say("a"), stop("max_tokens"), end: end)
                == Outcome(chunks: [.text("a"), .finish(.length, counted(9))]))
    }

    @Test(arguments: [End.closes, .breaks])
    func `an end without a stop reason is an interruption, with what was used`(end: End) {
        let outcome = outcome(start, text, say("a"), say("b"), self.end(), end: end)
        #expect(outcome.chunks == [.text("a"), .text("b")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.partialUsage == counted(2, estimated: true))
        #expect(outcome.failure?.upstreamRequestID == "msg_1")
    }

    @Test func `a message_delta without a stop reason is not the end`() {
        let null = #"{"type":"message_delta","delta":{"stop_reason":null},"usage":null}"#
        #expect(
            outcome(start, text, say("a"), null, end: .closes).failure?.kind == .interrupted)
    }

    @Test func `an empty answer with a stop reason is an answer`() {
        #expect(
            outcome(start, stop("refusal", output: 0), done)
                == Outcome(chunks: [.finish(.contentFilter, counted(1))]))
    }

    @Test func `a stream that says nothing is malformed`() {
        #expect(outcome(start, done).failure?.kind == .malformed)
        #expect(outcome(ping, end: .closes).failure?.kind == .malformed)
        #expect(outcome(start, text, end: .breaks).failure?.kind == .unreachable)
    }

    @Test func `nothing after message_stop is read`() {
        #expect(outcome(start, text, say("a"), stop("end_turn"), done, say("b")).chunks.count == 2)
    }

    // MARK: Reasoning

    @Test func `thinking is streamed, and its signature after it`() {
        let outcome = outcome(
            start, begin(#""type":"thinking","thinking":"","signature":"""#),
            delta("thinking_delta", #""thinking":"hm""#),
            delta("thinking_delta", #""thinking":"m""#),
            delta("signature_delta", #""signature":"c2ln""#), end(), stop("end_turn"), done)
        #expect(
            outcome.chunks == [
                .reasoning(text: "hm", signature: []), .reasoning(text: "m", signature: []),
                .reasoning(text: "", signature: Array("c2ln".utf8)), .finish(.stop, counted(9)),
            ])
    }

    @Test func `redacted thinking is a signature that says so`() {
        let outcome = outcome(
            start, begin(#""type":"redacted_thinking","data":"ZGF0YQ==""#), end(), stop("end_turn"))
        #expect(
            outcome.chunks == [
                .reasoning(text: "", signature: Array("redacted_thinking:ZGF0YQ==".utf8))
            ])
    }

    @Test func `a block that is whole in its start is read there`() {
        let outcome = outcome(
            start, begin(#""type":"thinking","thinking":"hm","signature":"c2ln""#),
            delta("thinking_delta", #""thinking":"m""#), end(),
            begin(#""type":"text","text":"a""#, at: 1), end(1), stop("end_turn"), done)
        #expect(
            outcome.chunks.dropLast() == [
                .reasoning(text: "hm", signature: []), .reasoning(text: "m", signature: []),
                .reasoning(text: "", signature: Array("c2ln".utf8)), .text("a"),
            ])
    }

    // MARK: Tools

    private func tool(_ id: String, at index: Int, input: String = "{}") -> String {
        begin(#""type":"tool_use","id":"\#(id)","name":"f","input":\#(input)"#, at: index)
    }

    private func input(_ json: String, at index: Int) -> String {
        delta("input_json_delta", #""partial_json":"\#(json)""#, at: index)
    }

    @Test func `calls are numbered among themselves, whatever blocks are between them`() {
        let outcome = outcome(
            start, text, say("so"), end(), tool("t1", at: 1), input("", at: 1),
            input(#"{\"a\""#, at: 1), input(":1}", at: 1), end(1),
            begin(#""type":"server_tool_use","id":"s","name":"web_search","input":{}"#, at: 2),
            input("{}", at: 2), end(2), tool("t2", at: 3), input("{}", at: 3), end(3),
            stop("tool_use"), done)
        #expect(
            outcome.chunks == [
                .text("so"), call(0, "t1", "f", ""), call(0, "", "", #"{"a""#),
                call(0, "", "", ":1}"), call(1, "t2", "f", ""), call(1, "", "", "{}"),
                .finish(.toolCalls, counted(9)),
            ])
    }

    @Test func `interleaved calls are kept apart by their blocks`() {
        let outcome = outcome(
            start, tool("t1", at: 4), tool("t2", at: 7), input("2", at: 7), input("1", at: 4),
            end(4), end(7), stop("tool_use"), done)
        #expect(
            outcome.chunks.dropLast() == [
                call(0, "t1", "f", ""), call(1, "t2", "f", ""), call(1, "", "", "2"),
                call(0, "", "", "1"),
            ])
    }

    @Test func `an input that is whole in the start is given out once`() {
        let whole = #"{"b": 1.0, "a":[]}"#
        let outcome = outcome(
            start, tool("t1", at: 0, input: whole), end(), tool("t2", at: 1, input: whole),
            input("{}", at: 1), end(1), tool("t3", at: 2, input: "{ }"), end(2),
            stop("tool_use"), done)
        #expect(
            outcome.chunks.dropLast() == [
                call(0, "t1", "f", ""), call(0, "", "", whole), call(1, "t2", "f", ""),
                call(1, "", "", "{}"), call(2, "t3", "f", ""),
            ])
    }

    @Test func `a delta of a block that has not begun is malformed`() {
        #expect(outcome(start, input("{}", at: 0)).failure?.kind == .malformed)
        #expect(outcome(start, text, say("a"), end(), say("b")).failure?.kind == .interrupted)
    }

    // MARK: Usage

    @Test func `the counts at the end complete those of the start and do not take them back`() {
        let late =
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":"#
            + #"{"input_tokens":0,"cache_creation_input_tokens":100,"output_tokens":3}}"#
        var usage = counted(3)
        usage.inputTokens = 112
        usage.cacheWriteTokens = 100
        #expect(outcome(start, text, say("a"), late, done).chunks.last == .finish(.stop, usage))
    }

    @Test func `without any count usage is estimated`() {
        let bare = #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#
        guard case .finish(.stop, let usage) = outcome(text, say("a"), bare, done).chunks.last
        else {
            Issue.record("no finish")
            return
        }
        #expect(usage.estimated)
        #expect(usage.outputTokens == 1)
    }

    // MARK: What is passed over

    @Test func `events, blocks and deltas of kinds still unknown are passed over`() {
        let outcome = outcome(
            start, #"{"type":"message_hint","index":"x","message":[1]}"#,
            begin(#""type":"hologram","text":null"#), delta("light_delta", #""beam":1"#), end(),
            begin(#""type":"text","text":"""#, at: 1),
            delta("citations_delta", #""citation":{}"#, at: 1),
            delta("text_delta", #""text":"a""#, at: 1), end(1), stop("end_turn"), done)
        #expect(outcome == Outcome(chunks: [.text("a"), .finish(.stop, counted(9))]))
    }

    @Test func `an event without a type in its data is told by its name`() {
        let text = "event: message_stop\ndata: {}\n\n"
        #expect(Trial.anthropic.outcome(Array(text.utf8)).failure?.kind == .malformed)
        let ping = "event: ping\ndata: {}\n\n"
        #expect(Trial.anthropic.outcome(Array(ping.utf8), end: .staysOpen) == Outcome())
    }

    @Test(arguments: ["<html>", "[]", "{", #"{"type":"content_block_delta","delta":1}"#])
    func `an event that is not one is malformed, and after a chunk an interruption`(event: String) {
        #expect(outcome(event).failure?.kind == .malformed)
        #expect(outcome(start, text, say("a"), event).failure?.kind == .interrupted)
    }
}
