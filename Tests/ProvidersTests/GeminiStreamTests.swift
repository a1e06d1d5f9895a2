import Models
import Testing

@testable import Providers

extension Trial {
    static let gemini = StreamTrial(.serverSentEvents) { GeminiEvents(errors: $0) }
}

/// What the events of a Gemini stream come to.
@Suite struct GeminiStreamTests {
    typealias Outcome = StreamTrial.Outcome
    typealias End = StreamTrial.End

    private func outcome(_ events: String..., end: End = .closes) -> Outcome {
        let bytes = Array(events.map { "data: \($0)\r\n\r\n" }.joined().utf8)
        let whole = Trial.gemini.outcome(bytes, end: end)
        #expect(Trial.gemini.outcome(bytes, size: 1, end: end) == whole)
        return whole
    }

    private func event(_ part: String, more: String = "") -> String {
        #"{"candidates":[{"content":{"parts":[{\#(part)}],"role":"model"},"index":0\#(more)}],"#
            + #""responseId":"r1"}"#
    }

    private func say(_ word: String) -> String { event(#""text":"\#(word)""#) }

    private func finish(_ reason: String = "STOP") -> String {
        event(#""text":"""#, more: #","finishReason":"\#(reason)""#)
    }

    private func usage(_ members: String) -> String { #"{"usageMetadata":{\#(members)}}"# }

    private func estimate(_ output: Int) -> Usage {
        var usage = Usage()
        usage.inputTokens = 10
        usage.outputTokens = output
        usage.estimated = true
        return usage
    }

    // MARK: The end

    @Test(arguments: [End.closes, .breaks])
    func `a finish reason makes the answer whole`(end: End) {
        #expect(
            outcome(say("a"), say(" b"), finish(), end: end)
                == Outcome(chunks: [.text("a"), .text(" b"), .finish(.stop, estimate(2))]))
    }

    @Test(arguments: [End.closes, .breaks])
    func `an end without a finish reason is an interruption and never success`(end: End) {
        let outcome = outcome(say("a"), usage(#""promptTokenCount":7"#), end: end)
        #expect(outcome.chunks == [.text("a")])
        #expect(outcome.failure?.kind == .interrupted)
        #expect(outcome.failure?.upstreamRequestID == "r1")
        #expect(outcome.failure?.partialUsage?.inputTokens == 7)
    }

    @Test(arguments: ["", "FINISH_REASON_UNSPECIFIED"])
    func `a finish reason that is not set is none`(reason: String) {
        #expect(outcome(say("a"), finish(reason)).failure?.kind == .interrupted)
    }

    @Test func `a stream that says nothing is malformed`() {
        #expect(Trial.gemini.outcome([]).failure?.kind == .malformed)
        #expect(outcome("{}").failure?.kind == .malformed)
        #expect(outcome(say("")).failure?.kind == .malformed)
    }

    @Test func `an answer that was stopped before its first word is an answer`() {
        let stopped = #"{"candidates":[{"finishReason":"SAFETY","index":0}]}"#
        #expect(outcome(stopped) == Outcome(chunks: [.finish(.contentFilter, estimate(0))]))
    }

    @Test(arguments: [
        ("STOP", FinishReason.stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter),
        ("RECITATION", .contentFilter), ("BLOCKLIST", .contentFilter),
        ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter),
        ("IMAGE_SAFETY", .contentFilter), ("MALFORMED_FUNCTION_CALL", .other),
        ("OTHER", .other), ("LANGUAGE", .other), ("SOMETHING_NEW", .other),
    ])
    func `finish reasons are mapped`(word: String, reason: FinishReason) {
        #expect(outcome(say("a"), finish(word)).chunks.last == .finish(reason, estimate(1)))
    }

    // MARK: Parts

    @Test func `thoughts are reasoning and no text`() {
        let outcome = outcome(event(#""text":"hm","thought":true"#), say("a"), finish())
        #expect(outcome.chunks.prefix(2) == [.reasoning(text: "hm", signature: []), .text("a")])
    }

    @Test func `a signed thought keeps its signature`() {
        let outcome = outcome(
            event(#""text":"hm","thought":true,"thoughtSignature":"c2ln""#), finish())
        #expect(outcome.chunks.first == .reasoning(text: "hm", signature: Array("c2ln".utf8)))
    }

    @Test(arguments: [#""text":"a","#, #""text":"","#, ""])
    func `a signature on a text stands directly before it`(text: String) {
        let outcome = outcome(event(text + #""thoughtSignature":"c2ln""#), finish())
        #expect(outcome.chunks.first == .reasoning(text: "", signature: Array("c2ln".utf8)))
        #expect(outcome.chunks.contains(.text("a")) == text.contains("a"))
        #expect(outcome.failure == nil)
    }

    @Test func `calls come whole, with their signature directly before them`() {
        let outcome = outcome(
            event(
                #""functionCall":{"name":"f","args":{"x": 1}},"thoughtSignature":"c2ln"},"#
                    + #"{"functionCall":{"id":"u2","name":"g"}"#),
            event(#""functionCall":{"name":"f","args":{}}"#), finish())
        #expect(
            outcome.chunks == [
                .reasoning(text: "", signature: Array("c2ln".utf8)),
                .toolCall(index: 0, id: "call_r1_0", name: "f", argumentsJSON: #"{"x":1}"#),
                .toolCall(index: 1, id: "u2", name: "g", argumentsJSON: "{}"),
                .toolCall(index: 2, id: "call_r1_2", name: "f", argumentsJSON: "{}"),
                .finish(.toolCalls, estimate(4)),
            ])
    }

    @Test func `a call does not hide that the answer was cut off`() {
        let call = event(#""functionCall":{"name":"f"}"#)
        #expect(
            outcome(call, finish("MAX_TOKENS")).chunks.last == .finish(.length, estimate(1)))
    }

    @Test func `arguments are passed on as compact text, values unchanged`() {
        let arguments = #"""
            { "z" : [1, -2.5, true, null, "a/\"é\n"], "a" : {"b" : 9007199254740993}, "c": 1e300 }
            """#
        let outcome = outcome(event(#""functionCall":{"name":"f","args":\#(arguments)}"#))
        guard case .toolCall(_, _, _, let text) = outcome.chunks.first else {
            Issue.record("no call: \(outcome)")
            return
        }
        #expect(
            text
                == #"{"a":{"b":9007199254740993},"c":1e+300,"z":[1,-2.5,true,null,"a/\"é\n"]}"#)
    }

    @Test func `arguments that are no object are malformed`() {
        #expect(
            outcome(event(#""functionCall":{"name":"f","args":"x"}"#)).failure?.kind == .malformed)
    }

    @Test func `arguments as deep as JSON may be are read, deeper ones refused`() {
        func call(depth: Int) -> String {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return event(#""functionCall":{"name":"f","args":{"x":\#(deep)}}"#)
        }
        #expect(outcome(call(depth: 400), finish()).failure == nil)
        #expect(Trial.gemini.outcome(Array("data: \(call(depth: 5000))\n\n".utf8)).failure != nil)
    }

    @Test func `other candidates and other parts are not mixed in`() {
        let second = #"{"candidates":[{"index":1,"content":{"parts":[{"text":"no"}]}}]}"#
        let code = event(#""executableCode":{"language":"PYTHON","code":"1"}"#)
        #expect(
            outcome(say("a"), second, code, finish()).chunks
                == [.text("a"), .finish(.stop, estimate(1))])
    }

    // MARK: Usage

    @Test func `thoughts count as output and a tool's prompt as input`() {
        let counted = usage(
            #""promptTokenCount":9,"toolUsePromptTokenCount":2,"candidatesTokenCount":5,"#
                + #""thoughtsTokenCount":3,"cachedContentTokenCount":4,"totalTokenCount":19"#)
        var expected = Usage()
        expected.inputTokens = 11
        expected.outputTokens = 8
        expected.reasoningTokens = 3
        expected.cacheReadTokens = 4
        let early = usage(#""promptTokenCount":1,"candidatesTokenCount":1"#)
        #expect(outcome(early, say("a"), counted, finish()).chunks.last == .finish(.stop, expected))
    }

    @Test func `absurd counts do not overflow`() {
        let most = Int64.max
        let counted = usage(
            #""promptTokenCount":\#(most),"toolUsePromptTokenCount":\#(most),"#
                + #""candidatesTokenCount":-1,"thoughtsTokenCount":"many""#)
        guard case .finish(_, let usage) = outcome(say("a"), counted, finish()).chunks.last else {
            Issue.record("no finish")
            return
        }
        #expect(usage.inputTokens == 2 * Int(Int32.max))
        #expect(usage.outputTokens == 0)
    }

    @Test func `usage that counts nothing is estimated`() {
        #expect(
            outcome(say("a"), usage(#""totalTokenCount":3"#), finish()).chunks.last
                == .finish(.stop, estimate(1)))
    }

    // MARK: Errors inside a 200

    @Test func `a blocked prompt is a matter of policy`() {
        let failure = outcome(
            #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"responseId":"r1"}"#
        ).failure
        #expect(failure?.kind == .contentPolicy)
        #expect(failure?.message == "local blocked the prompt: PROHIBITED_CONTENT")
        #expect(failure?.upstreamRequestID == "r1")
    }

    @Test func `an error before the first chunk is what it says`() {
        let error =
            #"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#
        #expect(outcome(error).failure?.kind == .overloaded)
    }

    @Test func `an error after the first chunk is an interruption with its message`() {
        let failure = outcome(
            say("a"), #"{"error":{"code":500,"message":"An internal error","status":"INTERNAL"}}"#
        ).failure
        #expect(failure?.kind == .interrupted)
        #expect(failure?.message.contains("An internal error") == true)
    }

    @Test(arguments: ["<html>", "[]", #"{"candidates":1}"#, #"{"candidates":[{"content":[]}]}"#])
    func `an event of another shape is malformed`(event: String) {
        #expect(outcome(event).failure?.kind == .malformed)
        #expect(outcome(say("a"), event).failure?.kind == .interrupted)
    }
}
