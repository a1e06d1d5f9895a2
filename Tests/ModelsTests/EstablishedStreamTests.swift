import Clocks
import Lanes
import Models
import Testing

struct EstablishedStreamTests {
    private func stuckAfter(_ chunks: [Chunk], _ gate: Gate) -> ScriptedModel {
        ScriptedModel(
            "a/m",
            stream: { _ in
                ScriptedStream(chunks) {
                    try await gate.pass()
                    return .finish(.stop, Usage())
                }
            })
    }

    @Test(arguments: [true, false])
    func `an upstream that falls silent ends the stream with what it had used`(
        bound: Bool
    ) async throws {
        let gate = Gate()
        let bench = Bench([stuckAfter([.text("12345678"), .text("90")], gate)])
        let call = bench.call("a/m")
        let task = bound ? bench.stream(call) : Task { await bench.streamed(call) }
        try await eventually { gate.waiting == 1 }
        bench.time.advance(by: .seconds(59))
        #expect(gate.waiting == 1)
        bench.time.advance(by: .seconds(16))
        let streamed = await task.value
        #expect(streamed.chunks == [.text("12345678"), .text("90")])
        let failure = try #require(streamed.failure)
        #expect(failure.reason == .streamInterrupted)
        #expect(failure.code == .aborted)
        #expect(failure.doNotRetry)
        #expect(failure.partialUsage?.outputTokens == 3)
        #expect(failure.partialUsage?.inputTokens == 2)
        #expect(failure.partialUsage?.estimated == true)
        #expect(failure.report.phase == .stream)
        #expect(failure.report.attempts.map(\.reason) == [.idleTimeout])
        #expect(try bench.lane("a").openStreams == 0)
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `a reader that takes its time is not an idle upstream`() async throws {
        let bench = Bench([stuckAfter([.text("a"), .text("b")], Gate())])
        let call = bench.call("a/m")
        call.bind {}
        let stream = try await bench.dispatcher.stream(.hi, for: call)
        #expect(try await stream.next() == .text("a"))
        bench.time.advance(by: .seconds(3600))
        #expect(try await stream.next() == .text("b"))
        #expect(call.interruption == nil)
    }

    @Test func `a break after establishment is told with the provider's own count`() async throws {
        var usage = Usage()
        usage.outputTokens = 41
        let broken = ProviderFailure(.interrupted, "connection reset", partialUsage: usage)
        let model = ScriptedModel(
            "a/m", stream: { _ in ScriptedStream([.text("a")]) { throw broken } })
        let bench = Bench([model, ScriptedModel("b/m")])
        let streamed = await bench.streamed(bench.call("a/m,b/m"))
        let failure = try #require(streamed.failure)
        #expect(failure.reason == .streamInterrupted)
        #expect(failure.message == "a/m: connection reset")
        #expect(failure.partialUsage == usage)
        #expect(failure.report.attempts.map(\.reason) == [.upstreamInterrupted])
    }

    @Test func `a stream that ends without finish was broken`() async throws {
        let model = ScriptedModel("a/m", stream: { _ in ScriptedStream([.text("a")]) })
        let bench = Bench([model])
        let streamed = await bench.streamed(bench.call("a/m"))
        #expect(streamed.failure?.reason == .streamInterrupted)
    }

    @Test func `a stream that is let go counts as left, closes upstream and its place is free`()
        async throws
    {
        let dropped = Counter()
        let model = ScriptedModel(
            "a/m",
            stream: { _ in
                ScriptedStream([.text("a")]) {
                    nil
                } onDrop: {
                    dropped.bump()
                }
            })
        let bench = Bench([model])
        let call = bench.call("a/m")
        do {
            let stream = try await bench.dispatcher.stream(.hi, for: call)
            #expect(try await stream.next() == .text("a"))
            #expect(try bench.lane("a").openStreams == 1)
        }
        #expect(dropped.count == 1)
        #expect(call.ending == .failed(.callerLeft))
        #expect(try bench.lane("a").openStreams == 0)
        #expect(try bench.lane("a").leakedSlots == 0)
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `a stream that is abandoned ends as the first interruption says`() async throws {
        let bench = Bench([stuckAfter([.text("12345678")], Gate())])
        let call = bench.call("a/m")
        let stream = try await bench.dispatcher.stream(.hi, for: call)
        #expect(try await stream.next() == .text("12345678"))
        call.interrupt(.slowConsumer)
        let failure = stream.abandoned()
        #expect(failure.reason == .slowConsumer)
        #expect(failure.code == .resourceExhausted)
        #expect(failure.partialUsage?.outputTokens == 2)
        #expect(failure.report.attempts.map(\.reason) == [.slowConsumer])
        #expect(try bench.lane("a").openStreams == 0)
        #expect(try await stream.next() == nil)
    }

    @Test func `after the end there is nothing`() async throws {
        let bench = Bench([ScriptedModel("a/m")])
        let call = bench.call("a/m")
        let stream = try await bench.dispatcher.stream(.hi, for: call)
        #expect(stream.target == Target(provider: "a", model: "m"))
        #expect(stream.laneName == "a")
        while try await stream.next() != nil {}
        #expect(try bench.lane("a").openStreams == 0)
        #expect(try await stream.next() == nil)
        #expect(call.ending == .succeeded)
        #expect(call.report().attempts.map(\.upstreamRequestID) == ["req-1"])
        #expect(!call.interrupt(.callerLeft))
    }
}
