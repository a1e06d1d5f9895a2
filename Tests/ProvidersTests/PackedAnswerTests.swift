import Models
import Patience
import Testing
import UpstreamScript

@testable import Providers

/// Answers that come packed, over a real socket.
@Suite(.timeLimit(.minutes(Patience.slowness))) struct PackedAnswerTests {
    private static let events = "text/event-stream"

    private func whole(
        _ steps: [UpstreamStep], change: (inout ProviderSettings) -> Void = { _ in }
    ) async throws -> (response: ModelResponse?, failure: ProviderFailure?) {
        let upstream = try await ScriptedUpstream([[.expectRequest] + steps])
        let model = try openAIModel(upstream, change: change)
        var response: ModelResponse?
        let broken = try await failure {
            response = try await model.generate(prompt("hi"), for: someCall())
        }
        await upstream.stop()
        return (response, broken)
    }

    private func streamed(
        _ steps: [UpstreamStep], change: (inout ProviderSettings) -> Void = { _ in }
    ) async throws -> (chunks: [Chunk], failure: ProviderFailure?) {
        let upstream = try await ScriptedUpstream([[.expectRequest] + steps])
        let model = try openAIModel(upstream, change: change)
        var chunks: [Chunk] = []
        let broken = try await failure {
            let stream = try await model.stream(prompt("hi"), for: someCall())
            while let chunk = try await stream.next() { chunks.append(chunk) }
        }
        await upstream.stop()
        return (chunks, broken)
    }

    private func packed(_ bytes: [UInt8]) -> [UpstreamStep] {
        [PackedAnswer.head("gzip"), .send(bytes), .close]
    }

    private func packedStream(_ parts: [[UInt8]]) -> [UpstreamStep] {
        [PackedAnswer.head("gzip", type: Self.events)] + parts.map { .send($0) } + [.close]
    }

    // MARK: Good ones

    @Test func `gzip is asked for in a whole answer and not in a stream`() async throws {
        let upstream = try await ScriptedUpstream([
            [.expectRequest, .answer("{}"), .expectRequest, .answer("{}"), .close]
        ])
        let model = try openAIModel(upstream)
        _ = try await failure { _ = try await model.generate(prompt("hi"), for: someCall()) }
        _ = try await failure { _ = try await model.stream(prompt("hi"), for: someCall()) }
        #expect(upstream.requests.map { $0.headers["accept-encoding"] } == ["gzip", "identity"])
        await upstream.stop()
    }

    @Test(arguments: [
        ("gzip", PackedAnswer.whole), ("GZIP", PackedAnswer.whole),
        ("identity, x-gzip", PackedAnswer.whole), ("deflate", PackedAnswer.deflated),
    ])
    func `a packed answer is read`(coding: String, bytes: [UInt8]) async throws {
        let steps = [PackedAnswer.head(coding), .sendSplit(bytes, every: 1), .close]
        let (response, failure) = try await whole(steps)
        #expect(failure == nil)
        #expect(response?.message.parts == [.text("packed well")])
        #expect(response?.usage.outputTokens == 5)
    }

    @Test func `a packed stream gives each chunk while its server waits`() async throws {
        let gates = [Gate(), Gate()]
        let parts = PackedAnswer.stream
        let upstream = try await ScriptedUpstream([
            [
                .expectRequest, PackedAnswer.head("gzip", type: Self.events), .send(parts[0]),
                .wait(gates[0]), .send(parts[1]), .wait(gates[1]), .send(parts[2] + parts[3]),
                .close,
            ]
        ])
        let stream = try await openAIModel(upstream).stream(prompt("hi"), for: someCall())
        #expect(try await stream.next() == .text("one "))
        gates[0].open()
        #expect(try await stream.next() == .text("two "))
        gates[1].open()
        guard case .finish(.stop, _) = try await stream.next() else {
            Issue.record("no finish")
            return
        }
        #expect(try await stream.next() == nil)
        await upstream.stop()
    }

    @Test func `a packed error is read for its message and shows no key`() async throws {
        let steps = [
            PackedAnswer.head("gzip", status: 429), .send(PackedAnswer.rateLimit), .close,
        ]
        let generated = try await whole(steps).failure
        for failure in [generated, try await streamed(steps).failure] {
            #expect(failure?.kind == .rateLimited)
            #expect(failure?.message == "local answered 429: slow down, key ***")
        }
    }

    // MARK: Broken ones

    @Test func `a packed answer that is cut short is never an answer`() async throws {
        for count in stride(from: 1, to: PackedAnswer.whole.count, by: 7) {
            let bytes = Array(PackedAnswer.whole.prefix(count))
            let (response, failure) = try await whole(packed(bytes))
            #expect(response == nil)
            #expect(failure?.kind == .malformed)
            #expect(
                failure?.message.hasSuffix(
                    "\(count) bytes of gzip cannot be unpacked to their end: "
                        + "it has no end") == true, "\(failure?.message ?? "no failure")")
        }
        let trailer = try await whole(packed(PackedAnswer.whole.dropLast()))
        #expect(trailer.response == nil && trailer.failure?.kind == .malformed)
    }

    @Test func `a packed answer whose check is wrong is malformed`() async throws {
        var bytes = PackedAnswer.whole
        bytes[bytes.count - 5] ^= 1
        let failure = try await whole(packed(bytes)).failure
        #expect(failure?.kind == .malformed)
        #expect(failure?.message.contains("incorrect data check") == true)
    }

    @Test func `a body that only claims to be packed is malformed`() async throws {
        let steps = packed(Array(#"{"error":{"message":"\#(canaryKey)"}}"#.utf8))
        let generated = try await whole(steps).failure
        for failure in [generated, try await streamed(steps).failure] {
            #expect(failure?.kind == .malformed)
            #expect(failure?.message.contains(canaryKey) == false)
        }
    }

    @Test func `a packed stream that is cut short is interrupted`() async throws {
        let parts = PackedAnswer.stream
        let (chunks, failure) = try await streamed(packedStream(Array(parts[..<2])))
        #expect(text(chunks) == "one two ")
        #expect(failure?.kind == .interrupted)
        #expect(failure?.message.contains("it has no end") == true)
        let early = try await streamed(packedStream([Array(parts[0].prefix(20))]))
        #expect(early.chunks.isEmpty)
        #expect(early.failure?.kind == .malformed)
    }

    @Test func `a packed stream that goes wrong is interrupted after what was right`() async throws
    {
        let parts = PackedAnswer.stream
        let (chunks, failure) = try await streamed(packedStream([parts[0], [0xFF, 0xFF, 0xFF]]))
        #expect(chunks == [.text("one ")])
        #expect(failure?.kind == .interrupted)
        #expect(failure?.message.contains("invalid block type") == true)
        #expect(failure?.partialUsage?.outputTokens == 1)
    }

    @Test func `a stream whose check is wrong has not ended well`() async throws {
        var parts = PackedAnswer.stream
        parts[3][parts[3].count - 8] ^= 1
        let (chunks, failure) = try await streamed(packedStream(parts))
        #expect(text(chunks) == "one two ")
        #expect(!chunks.contains { if case .finish = $0 { true } else { false } })
        #expect(failure?.kind == .interrupted)
        #expect(failure?.message.contains("incorrect data check") == true)
    }

    @Test func `a stream that said its end is whole without the end of its gzip`() async throws {
        let parts = Array(PackedAnswer.stream[..<3])
        let (chunks, failure) = try await streamed(packedStream(parts))
        #expect(text(chunks) == "one two ")
        #expect(failure == nil)
    }

    // MARK: Bombs and other codings

    @Test func `a small answer that unpacks to a huge one is refused with the limit`() async throws
    {
        #expect(PackedAnswer.bomb.count < 400)
        let failure = try await whole(packed(PackedAnswer.bomb)) {
            $0.limits.answerBytesMax = 100_000
        }.failure
        #expect(failure?.kind == .malformed)
        #expect(
            failure?.message == "local answered with more than 100,000 bytes; that is the limit")
    }

    @Test func `a huge line in a packed stream is refused with the limit`() async throws {
        let (chunks, failure) = try await streamed(packedStream([PackedAnswer.bomb])) {
            $0.limits.lineBytesMax = 100_000
        }
        #expect(chunks.isEmpty)
        #expect(failure?.kind == .malformed)
        #expect(failure?.message.contains("more than 100000 bytes; the limit is 100000") == true)
    }

    @Test func `a huge packed error is read no further than the limit`() async throws {
        let steps = [PackedAnswer.head("gzip", status: 500), .send(PackedAnswer.bomb), .close]
        let failure = try await whole(steps).failure
        #expect(failure?.kind == .serverError)
        #expect(
            failure?.message
                == "local answered 500 with more than 65,536 bytes of application/json")
    }

    @Test(arguments: ["br", "zstd", "gzip, br", "gzip, gzip", canaryKey])
    func `another coding is refused by its name`(coding: String) async throws {
        let steps = [PackedAnswer.head(coding), .send(PackedAnswer.whole), .close]
        let generated = try await whole(steps).failure
        for failure in [generated, try await streamed(steps).failure] {
            let shown = coding == canaryKey ? "***" : coding
            #expect(failure?.kind == .malformed)
            #expect(
                failure?.message
                    == "local answered in the content coding \(shown), which was not offered")
        }
    }
}
