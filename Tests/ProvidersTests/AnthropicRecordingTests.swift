import Models
import Testing

@testable import Providers

/// Genuine streams of Anthropic's, replayed with splits at every offset.
@Suite(.enabled(if: Recordings.folder != nil, "set LANEWAY_RECORDINGS to the folder of recordings"))
struct AnthropicRecordingTests {
    private func usage(_ input: Int, _ output: Int) -> Usage {
        var usage = Usage()
        usage.inputTokens = input
        usage.outputTokens = output
        return usage
    }

    @Test(arguments: ["anthropic_plain", "anthropic_client_tool_sse", "anthropic_thinking"])
    func `a recording means the same wherever it is split`(name: String) throws {
        let body = try Recordings.body(name)
        #expect(!Trial.anthropic.outcome(body).chunks.isEmpty)
        #expect(Trial.anthropic.differenceWhenSplit(body) == nil)
    }

    @Test(
        arguments: [
            ("anthropic_plain", "end_turn"), ("anthropic_client_tool_sse", "tool_use"),
            ("anthropic_thinking", "end_turn"),
        ], [StreamTrial.End.closes, .breaks])
    func `a recording that is cut short is never taken for an answer`(
        recording: (name: String, reason: String), end: StreamTrial.End
    ) throws {
        let body = try Recordings.body(recording.name)
        let word = Array(#""stop_reason":"\#(recording.reason)""#.utf8)
        let finish = try #require(body.firstRange(of: word)).lowerBound
        // Every offset near the end, where it is tempting, and samples of the rest.
        for cut in Array(stride(from: 0, to: finish, by: 11)) + Array((finish - 200)..<finish) {
            let outcome = Trial.anthropic.outcome(Array(body[..<cut]), end: end)
            #expect(outcome.failure != nil, "cut at \(cut)")
        }
    }

    @Test func `the plain answer is read with its usage`() throws {
        let outcome = Trial.anthropic.outcome(try Recordings.body("anthropic_plain"))
        #expect(
            outcome.chunks == [
                .text("-"), .text(" Captain"), .text("\n- Sc"), .text("oop"),
                .finish(.stop, usage(17, 10)),
            ])
        #expect(outcome.failure == nil)
    }

    @Test func `the call of a tool without arguments is read`() throws {
        let outcome = Trial.anthropic.outcome(try Recordings.body("anthropic_client_tool_sse"))
        #expect(
            outcome.chunks == [
                .toolCall(
                    index: 0, id: "toolu_01UmKD1vMphVCN9vw8PEMk1q", name: "fixed_version",
                    argumentsJSON: ""),
                .finish(.toolCalls, usage(563, 37)),
            ])
        #expect(outcome.failure == nil)
    }

    @Test func `the thinking, its signature and the text behind it are read`() throws {
        let body = try Recordings.body("anthropic_thinking")
        let outcome = Trial.anthropic.outcome(body)
        var thinking = ""
        var signatures: [[UInt8]] = []
        for case .reasoning(let text, let signature) in outcome.chunks {
            thinking += text
            if !signature.isEmpty { signatures.append(signature) }
        }
        #expect(thinking.hasPrefix("This is a straightforward question about pedestrian safety"))
        #expect(signatures == [Array(try signature(in: body).utf8)])
        #expect(text(outcome.chunks).hasSuffix("speed when crossing streets."))
        #expect(outcome.chunks.last == .finish(.stop, usage(43, 282)))
        #expect(outcome.failure == nil)
    }

    /// What stands between the quotation marks of the one signature that is not empty.
    private func signature(in body: [UInt8]) throws -> String {
        let text = String(decoding: body, as: UTF8.self)
        let start = try #require(
            text.firstRange(of: #""type":"signature_delta","signature":""#)
        ).upperBound
        return String(text[start...].prefix { $0 != "\"" })
    }
}
