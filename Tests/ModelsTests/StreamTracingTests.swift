import Clocks
import Lanes
import Models
import Synchronization
import Testing

/// What the report of a streamed call, or of one whose caller has left, says for its trace.
struct StreamTracingTests {
    private static let chunks: [Chunk] = [
        .text("a"), .reasoning(text: "b", signature: []), .text("c"), .finish(.length, Usage()),
    ]

    private func stream(_ then: @escaping @Sendable () async throws -> Chunk? = { nil })
        -> ScriptedModel
    {
        ScriptedModel("a/m", stream: { _ in ScriptedStream(Self.chunks, then: then) })
    }

    /// Reads the stream to its end, 40 ms, 80 ms and 120 ms apart.
    private func read(_ bench: Bench, _ call: Call) async throws {
        call.bind {}
        let stream = try await bench.dispatcher.stream(.hi, for: call)
        for number in 0..<4 {
            bench.time.advance(by: .milliseconds(40 * number))
            _ = try await stream.next()
        }
    }

    @Test func `a traced stream says how its chunks came`() async throws {
        let bench = Bench([stream()])
        let call = bench.traced("a/m")
        try await read(bench, call)
        let attempt = try #require(call.report().attempts.first)
        #expect(attempt.finishReason == .length)
        #expect(attempt.firstChunkAfter == .zero)
        let gaps = try #require(attempt.chunkGaps)
        #expect(gaps.sum == .milliseconds(120), "of 40 and 80 ms; the end is no chunk")
        #expect(gaps.counts.reduce(0, +) == 2)
        #expect(gaps.counts[2] == 1, "40 ms are up to 50 ms")
        #expect(gaps.counts[4] == 1, "80 ms are up to 100 ms")
    }

    @Test func `of a call that nobody traces no gaps are counted`() async throws {
        let bench = Bench([stream()])
        for call in [bench.call("a/m"), bench.handedOn("a/m")] {
            try await read(bench, call)
            let attempt = try #require(call.report().attempts.first)
            #expect(attempt.chunkGaps == nil)
            #expect(attempt.firstChunkAfter != nil, "this is told of every stream")
        }
    }

    @Test func `the first chunk is timed from the slot`() async throws {
        let gate = Gate()
        let model = ScriptedModel("a/m") { _ in
            .saying("unused")
        } stream: { _ in
            try await gate.pass()
            return ScriptedStream(Self.chunks)
        }
        let bench = Bench([model])
        let call = bench.traced("a/m")
        let task = bench.stream(call)
        try await eventually { gate.waiting == 1 }
        bench.time.advance(by: .milliseconds(300))
        gate.open()
        #expect(await task.value.failure == nil)
        #expect(call.report().attempts.first?.firstChunkAfter == .milliseconds(300))
    }

    @Test func `an attempt without a first chunk has no time of one, whatever came before it`()
        async throws
    {
        let failing = ScriptedModel.failing("a/m", ProviderFailure(.credentials, "no"))
        let other = ScriptedModel("b/m", stream: { _ in ScriptedStream(Self.chunks) })
        let bench = Bench([failing, other])
        let call = bench.traced("a/m,b/m")
        #expect(await bench.streamed(call).failure == nil)
        let attempts = call.report().attempts
        #expect(attempts.map { $0.firstChunkAfter == nil } == [true, false])
        #expect(attempts.map { $0.chunkGaps == nil } == [true, false])
    }

    @Test func `a stream that breaks says how its chunks came until then`() async throws {
        let model = ScriptedModel(
            "a/m",
            stream: { _ in
                ScriptedStream([.text("a"), .text("b")]) {
                    throw ProviderFailure(.interrupted, "connection reset")
                }
            })
        let bench = Bench([model])
        let call = bench.traced("a/m")
        #expect(await bench.streamed(call).failure?.reason == .streamInterrupted)
        let attempt = try #require(call.report().attempts.first)
        #expect(attempt.finishReason == nil)
        #expect(attempt.chunkGaps?.counts.reduce(0, +) == 1)
    }

    @Test func `a stream that its reader leaves says how its chunks came until then`()
        async throws
    {
        let bench = Bench([stream()])
        let call = bench.traced("a/m")
        let stream = try await bench.dispatcher.stream(.hi, for: call)
        _ = try await stream.next()
        bench.time.advance(by: .milliseconds(80))
        _ = try await stream.next()
        #expect(stream.abandoned().reason == .callerLeft)
        let attempt = try #require(call.report().attempts.first)
        #expect(attempt.reason == .callerLeft)
        #expect(attempt.chunkGaps?.sum == .milliseconds(80))
    }

    @Test func `an execution that outlives its call is told on its own`() async throws {
        let gate = Gate()
        let model = ScriptedModel("a/m") { _ in
            try await gate.pass()
            return .saying("done")
        }
        let bench = Bench([model], onDisconnect: .finish)
        let call = bench.traced("a/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        bench.time.advance(by: .seconds(1))
        call.interrupt(.callerLeft)
        _ = await task.value
        let told = Mutex<[UsageRecord]>([])
        call.tellAfterlife { record in told.withLock { $0.append(record) } }
        bench.time.advance(by: .seconds(2))
        #expect(told.withLock { $0.isEmpty }, "not before it has ended")
        gate.open()
        await bench.detached.drained()
        let record = try #require(told.withLock { $0 }.first)
        #expect(record.isDetached)
        #expect(record.reason == nil)
        #expect(record.took == .seconds(3))
        #expect(record.report.attempts.map(\.startedAt) == [bench.start])
        #expect(record.report.attempts.map(\.duration) == [.seconds(3)])
        #expect(record.report.attempts.map(\.finishReason) == [.stop])
        #expect(call.report().attempts.map(\.finishReason) == [nil])
    }
}

extension Bench {
    /// A call of a client's trace that this daemon makes no spans for.
    fileprivate func handedOn(_ model: String) -> Call {
        Call(
            attribution: Attribution(
                callID: "c1", caller: CallerKey(uid: 1000, callerID: "bot"),
                trace: TraceContext(
                    traceID: TraceID(high: 1, low: 2), parent: SpanID(raw: 3), span: nil,
                    isSampled: true)),
            model: model, arrived: time.now, deadline: nil, time: time)
    }
}
