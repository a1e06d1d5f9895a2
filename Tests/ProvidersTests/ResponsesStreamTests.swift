import Models
import Testing

@testable import Providers

extension Trial {
    static let responses = StreamTrial(.serverSentEvents) { ResponsesEvents(errors: $0) }
}

/// What the events of a streamed response come to.
@Suite struct ResponsesStreamTests {
    typealias Outcome = StreamTrial.Outcome
    typealias End = StreamTrial.End

    private func outcome(_ events: String..., end: End = .closes) -> Outcome {
        let bytes = Array(events.map { "data: \($0)\n\n" }.joined().utf8)
        let whole = Trial.responses.outcome(bytes, end: end)
        #expect(Trial.responses.outcome(bytes, size: 1, end: end) == whole)
        return whole
    }

    private func event(_ type: String, _ members: String) -> String {
        #"{"type":"\#(type)",\#(members)}"#
    }

    private func say(_ word: String) -> String {
        event("response.output_text.delta", #""output_index":0,"delta":"\#(word)""#)
    }

    private func call(_ event: String, _ members: String, at index: Int = 0) -> String {
        self.event(
            "response.output_item.\(event)",
            #""output_index":\#(index),"item":{"type":"function_call",\#(members)}"#)
    }

    private func arguments(_ delta: String, at index: Int = 0) -> String {
        event(
            "response.function_call_arguments.delta",
            #""output_index":\#(index),"item_id":"fc_\#(index)","delta":"\#(delta)""#)
    }

    private func end(_ kind: String = "completed", _ more: String = "") -> String {
        event(
            "response.\(kind)",
            #""response":{"id":"resp_1","status":"\#(kind)","#
                + #""usage":{"input_tokens":7,"output_tokens":2}\#(more)}"#)
    }

    private let created = #"{"type":"response.created","response":{"id":"resp_1"}}"#

    private var counted: Usage {
        var usage = Usage()
        usage.inputTokens = 7
        usage.outputTokens = 2
        return usage
    }

    private func estimate(_ output: Int) -> Usage {
        var usage = Usage()
        usage.inputTokens = 10
        usage.outputTokens = output
        usage.estimated = true
        return usage
    }

    // MARK: The end

    @Test func `a completed response ends it with its usage`() {
        #expect(
            outcome(created, say("a"), say(" b"), end(), end: .staysOpen)
                == Outcome(chunks: [.text("a"), .text(" b"), .finish(.stop, counted)]))
    }

    @Test(arguments: [
        ("max_output_tokens", FinishReason.length), ("content_filter", .contentFilter),
        ("max_messages", .other),
    ])
    func `an incomplete response says why`(word: String, reason: FinishReason) {
        let end = end("incomplete", #","incomplete_details":{"reason":"\#(word)"}"#)
        #expect(outcome(say("a"), end).chunks == [.text("a"), .finish(reason, counted)])
    }

    @Test func `an end that says no more is an end`() {
        #expect(
            outcome(say("a"), #"{"type":"response.completed"}"#).chunks.last
                == .finish(.stop, estimate(1)))
        #expect(
            outcome(say("a"), #"{"type":"response.incomplete"}"#).chunks.last
                == .finish(.other, estimate(1)))
    }

    @Test(arguments: [End.closes, .breaks])
    func `an end without a terminal event is an interruption and never success`(end: End) {
        let outcome = outcome(created, say("a"), say("b"), end: end)
        #expect(outcome.chunks == [.text("a"), .text("b")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.partialUsage == estimate(2))
        #expect(outcome.failure?.upstreamRequestID == "resp_1")
    }

    @Test func `a stream that says nothing is malformed`() {
        #expect(Trial.responses.outcome([]).failure?.kind == .malformed)
        #expect(outcome(created).failure?.kind == .malformed)
        #expect(outcome("<html>").failure?.kind == .malformed)
    }

    @Test func `nothing after the end is read`() {
        #expect(
            outcome(say("a"), end(), say("b"), "[DONE]")
                == Outcome(chunks: [.text("a"), .finish(.stop, counted)]))
    }

    // MARK: What is said

    @Test func `unknown events and empty deltas say nothing`() {
        let outcome = outcome(
            created, event("response.in_progress", #""response":{"id":"resp_2"}"#),
            event("response.of_tomorrow", #""delta":{"x":1},"output_index":"no""#),
            event("response.output_item.added", #""item":{"type":"message","content":[]}"#),
            say(""), end: .staysOpen)
        #expect(outcome == Outcome())
    }

    @Test func `the type is read from the event where the data has none`() {
        let text = "event: response.output_text.delta\ndata: {\"delta\":\"a\"}\n\n"
        #expect(
            Trial.responses.outcome(Array(text.utf8), end: .staysOpen).chunks == [.text("a")])
    }

    @Test func `a refusal is what the model says`() {
        let refusal = event("response.refusal.delta", #""delta":"I can't""#)
        #expect(outcome(refusal, end()).chunks.first == .text("I can't"))
    }

    @Test func `reasoning comes with its signature when its item is done`() {
        let outcome = outcome(
            event("response.reasoning_summary_part.added", #""summary_index":0"#),
            event("response.reasoning_summary_text.delta", #""summary_index":0,"delta":"hm""#),
            event("response.reasoning_summary_part.added", #""summary_index":1"#),
            event("response.reasoning_summary_text.delta", #""summary_index":1,"delta":"so""#),
            event(
                "response.output_item.done",
                #""item":{"type":"reasoning","id":"rs_1","encrypted_content":"abc","summary":[]}"#),
            event("response.output_item.done", #""item":{"type":"reasoning","id":"rs_2"}"#),
            event("response.reasoning_text.delta", #""delta":"raw""#), end())
        #expect(
            outcome.chunks == [
                .reasoning(text: "hm", signature: []), .reasoning(text: "\n\n", signature: []),
                .reasoning(text: "so", signature: []),
                .reasoning(text: "", signature: Array("rs_1\nabc".utf8)),
                .reasoning(text: "raw", signature: []), .finish(.stop, counted),
            ])
    }

    // MARK: Calls

    private func chunk(_ index: Int, _ id: String, _ name: String, _ arguments: String) -> Chunk {
        .toolCall(index: index, id: id, name: name, argumentsJSON: arguments)
    }

    private func begin(_ index: Int, _ name: String) -> String {
        call(
            "added",
            #""id":"fc_\#(index)","call_id":"c\#(index)","name":"\#(name)","arguments":"""#,
            at: index)
    }

    @Test func `interleaved calls are kept apart and end the answer for them`() {
        let outcome = outcome(
            say("a"), begin(1, "f"), begin(2, "g"), begin(1, "f"), arguments("{", at: 2),
            arguments("{}", at: 1), arguments("}", at: 2),
            call("done", #""id":"fc_1","call_id":"c1","name":"f","arguments":"{}""#, at: 1), end())
        #expect(
            outcome.chunks == [
                .text("a"), chunk(0, "c1", "f", ""), chunk(1, "c2", "g", ""),
                chunk(1, "", "", "{"), chunk(0, "", "", "{}"), chunk(1, "", "", "}"),
                .finish(.toolCalls, counted),
            ])
    }

    @Test func `calls are told apart by their ids where there is no index`() {
        func item(_ id: String, _ kind: String, _ arguments: String) -> String {
            event(
                "response.output_item.\(kind)",
                #""item":{"type":"function_call","id":"\#(id)","name":"f","#
                    + #""arguments":"\#(arguments)"}"#)
        }
        func delta(_ id: String, _ delta: String) -> String {
            event(
                "response.function_call_arguments.delta",
                #""item_id":"\#(id)","delta":"\#(delta)""#)
        }
        let outcome = outcome(
            item("x", "added", ""), item("y", "added", ""), delta("x", "1"), delta("y", "2"),
            item("x", "done", "1"), item("y", "done", "2"), end())
        #expect(
            outcome.chunks.dropLast() == [
                chunk(0, "x", "f", ""), chunk(1, "y", "f", ""), chunk(0, "", "", "1"),
                chunk(1, "", "", "2"),
            ])
    }

    @Test func `arguments without deltas are given out when the call is whole`() {
        let done = call("done", #""call_id":"c0","name":"f","arguments":"{}""#)
        #expect(
            outcome(begin(0, "f"), done, done, end()).chunks.dropLast() == [
                chunk(0, "c0", "f", ""), chunk(0, "", "", "{}"),
            ])
    }

    @Test func `a call that was not begun is given out when it is whole`() {
        let done = call("done", #""call_id":"c0","name":"f","arguments":"{}""#)
        #expect(
            outcome(arguments("{}"), done, end()).chunks
                == [chunk(0, "c0", "f", "{}"), .finish(.toolCalls, counted)])
    }

    @Test func `a call without a name is malformed`() {
        #expect(outcome(say("a"), call("done", #""id":"x""#)).failure?.kind == .interrupted)
        #expect(outcome(call("added", #""id":"x""#)).failure?.kind == .malformed)
    }

    // MARK: Errors

    @Test(arguments: [
        (#"{"type":"error","code":"rate_limit_exceeded","message":"slow down","param":null}"#),
        (#"{"type":"error","error":{"code":"rate_limit_exceeded","message":"slow down"}}"#),
        (#"{"error":{"code":"rate_limit_exceeded","message":"slow down"}}"#),
        (#"{"type":"response.failed","response":{"status":"failed","#
            + #""error":{"code":"rate_limit_exceeded","message":"slow down"}}}"#),
    ])
    func `an error is one in each of its shapes`(error: String) {
        let early = outcome(created, error).failure
        #expect(early?.kind == .rateLimited)
        #expect(early?.message == "local sent an error in its answer: slow down")
        let late = outcome(created, say("a"), error)
        #expect(late.chunks == [.text("a")])
        #expect(late.failure?.kind == .interrupted)
    }

    @Test func `what a failed response has used is known`() {
        let failed = end("failed", #","error":{"code":"server_error","message":"oops"}"#)
        #expect(outcome(failed).failure?.kind == .serverError)
        #expect(outcome(say("a"), failed).failure?.partialUsage == counted)
    }

    @Test func `a failure that says nothing is malformed`() {
        #expect(outcome(end("failed")).failure?.kind == .malformed)
        #expect(outcome(#"{"type":"error"}"#).failure?.kind == .malformed)
    }
}
