import Models
import Patience
import Testing
import UpstreamScript

@testable import Providers

/// Whoever gives up closes upstream, and at once.
///
/// It is tried until one try is fast enough: a machine busy with the other tests delays some, while
/// a close that waits for something would delay them all.
@Suite(.serialized, .timeLimit(.minutes(Patience.slowness))) struct UpstreamClosingTests {
    private typealias Good = OpenAIUpstreamTests

    private func expectCloses(
        after steps: [UpstreamStep],
        _ attempt: (any Model, _ asked: Gate) async throws -> (@Sendable () -> Void)
    ) async throws {
        var best = Duration.seconds(60)
        for _ in 0..<40 where best >= .milliseconds(100) {
            let asked = Gate()
            let upstream = try await ScriptedUpstream([
                [.expectRequest] + steps + [.open(asked), .waitForClose]
            ])
            let giveUp = try await attempt(openAIModel(upstream), asked)
            let took = await ContinuousClock().measure {
                giveUp()
                await upstream.closed(connection: 0)
            }
            best = min(best, took)
            await upstream.stop()
        }
        #expect(best < .milliseconds(100))
    }

    @Test func `cancelling before the head closes upstream within 100 ms`() async throws {
        try await expectCloses(after: []) { model, asked in
            let waiting = Task { try await model.generate(prompt("hi"), for: someCall()) }
            await asked.wait()
            return { waiting.cancel() }
        }
    }

    @Test func `cancelling before the first chunk closes upstream within 100 ms`() async throws {
        try await expectCloses(after: [.streamHead(), .send(Good.role)]) { model, asked in
            let waiting = Task { try await model.stream(prompt("hi"), for: someCall()) }
            await asked.wait()
            return { waiting.cancel() }
        }
    }

    @Test func `cancelling in mid-stream closes upstream within 100 ms`() async throws {
        try await expectCloses(after: [.streamHead(), .send(Good.event("a"))]) { model, _ in
            let stream = try await model.stream(prompt("hi"), for: someCall())
            #expect(try await stream.next() == .text("a"))
            let waiting = Task { try await stream.next() }
            return { waiting.cancel() }
        }
    }

    @Test func `dropping a stream closes upstream within 100 ms`() async throws {
        try await expectCloses(after: [.streamHead(), .send(Good.event("a"))]) { model, _ in
            let held = Held(try await model.stream(prompt("hi"), for: someCall()))
            #expect(try await held.next() == .text("a"))
            return { held.drop() }
        }
    }

    @Test func `who cancels gets a CancellationError`() async throws {
        let asked = Gate()
        let upstream = try await ScriptedUpstream([
            [.expectRequest, .open(asked), .waitForClose],
            [.expectRequest, .streamHead(), .send(Good.event("a")), .waitForClose],
        ])
        let model = try openAIModel(upstream)
        let generating = Task { try await model.generate(prompt("hi"), for: someCall()) }
        await asked.wait()
        generating.cancel()
        await #expect(throws: CancellationError.self) { try await generating.value }
        let stream = try await model.stream(prompt("hi"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        let reading = Task { try await stream.next() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        await upstream.stop()
    }
}
