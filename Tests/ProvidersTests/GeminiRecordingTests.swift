import Foundation
import Models
import Testing

@testable import Providers

/// Genuine streams of Gemini, replayed with splits at every offset.
@Suite(.enabled(if: Recordings.folder != nil, "set LANEWAY_RECORDINGS to the folder of recordings"))
struct GeminiRecordingTests {
    @Test(arguments: ["gemini_25pro_thinking", "gemini_3_tool_thought_signature"])
    func `a recording means the same wherever it is split`(name: String) throws {
        let body = try Recordings.body(name)
        #expect(Trial.gemini.outcome(body).failure == nil)
        #expect(Trial.gemini.differenceWhenSplit(body) == nil)
    }

    @Test(arguments: [("gemini_25pro_thinking", 7), ("gemini_3_tool_thought_signature", 1)])
    func `a recording that is cut short is never taken for an answer`(
        name: String, stride step: Int
    ) throws {
        let body = try Recordings.body(name)
        let finish = try #require(
            body.firstRange(of: Array(#""finishReason": "STOP""#.utf8))?.lowerBound)
        for end in stride(from: 0, to: finish, by: step) {
            let outcome = Trial.gemini.outcome(Array(body[..<end]))
            #expect(outcome.failure != nil, "cut at \(end)")
        }
    }

    @Test func `Gemini 2·5's thoughts, signature and text are read as they were sent`() throws {
        let body = try Recordings.body("gemini_25pro_thinking")
        let outcome = Trial.gemini.outcome(body)
        let parts = try Self.parts(of: body)
        var expected = parts.flatMap { part -> [Chunk] in
            let text = part["text"] as? String ?? ""
            if part["thought"] as? Bool == true { return [.reasoning(text: text, signature: [])] }
            let signature = (part["thoughtSignature"] as? String).map { Array($0.utf8) }
            let signed = signature.map { [Chunk.reasoning(text: "", signature: $0)] } ?? []
            return signed + [.text(text)]
        }
        var usage = Usage()
        usage.inputTokens = 34
        usage.outputTokens = 469 + 787
        usage.reasoningTokens = 787
        expected.append(.finish(.stop, usage))
        #expect(outcome.chunks == expected)
        #expect(outcome.chunks.count == 4 + 1 + 19 + 1)
        guard case .reasoning("", let signature) = outcome.chunks[4] else {
            Issue.record("no signature before the text: \(outcome.chunks[4])")
            return
        }
        #expect(signature.count == 6152)
        #expect(text(outcome.chunks).hasPrefix("This is a great question!"))
        #expect(text(outcome.chunks).hasSuffix("Always assume a driver might not see you."))
    }

    @Test func `Gemini 3's call is read with the signature that it must come back with`() throws {
        let body = try Recordings.body("gemini_3_tool_thought_signature")
        let signature = try #require(
            Self.parts(of: body).compactMap { $0["thoughtSignature"] as? String }.first)
        var usage = Usage()
        usage.inputTokens = 29
        usage.outputTokens = 10 + 202
        usage.reasoningTokens = 202
        #expect(signature.hasPrefix("EpwICpkIAXLI2nxl"))
        #expect(
            Trial.gemini.outcome(body).chunks == [
                .reasoning(text: "", signature: Array(signature.utf8)),
                .toolCall(
                    index: 0, id: "call_QUVVadTSNJ6_qtsPvN7J8Q0_0", name: "get_country",
                    argumentsJSON: "{}"),
                .finish(.toolCalls, usage),
            ])
    }

    /// The parts in the recording, read by another reader than ours.
    private static func parts(of body: [UInt8]) throws -> [NSDictionary] {
        let lines = String(decoding: body, as: UTF8.self).split(separator: "\r\n")
        return try lines.flatMap { line -> [NSDictionary] in
            let event =
                try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
                as? NSDictionary
            let candidate = (event?["candidates"] as? [NSDictionary])?.first
            return (candidate?["content"] as? NSDictionary)?["parts"] as? [NSDictionary] ?? []
        }
    }
}
