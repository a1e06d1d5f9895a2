import Clocks
import Lanes
import Models
import Testing

/// The clocks, seen from a whole call.
struct ClockTests {
    @Test func `the execution clock ends a generate and says what it ran`() async throws {
        let gate = Gate()
        let model = ScriptedModel(
            "gpu/m",
            generate: { _ in
                try await gate.pass()
                return .saying("never")
            })
        let bench = Bench([model, ScriptedModel("other/m")])
        let call = bench.call("gpu/m,other/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 && bench.time.alarmCount == 1 }
        bench.time.advance(by: .seconds(300))
        let failure = try #require(await task.value.failure)
        #expect(failure.reason == .executionTimeout)
        #expect(failure.code == .deadlineExceeded)
        #expect(failure.retryAfter == nil)
        #expect(
            failure.message
                == "ran for 300 s, queue waits left out; the limit is 300 s (execution_timeout)")
        #expect(failure.report.attempts.count == 1)
        #expect(try bench.lane("gpu").running == 0)
    }

    @Test(arguments: [(Duration.seconds(1799), true), (.seconds(1800), false)])
    func `a slow provider has half an hour`(passed: Duration, isInTime: Bool) async throws {
        let gate = Gate()
        let model = ScriptedModel(
            "gpu/m",
            generate: { _ in
                try await gate.pass()
                return .saying("done")
            })
        let bench = Bench([model, ScriptedModel("other/m")], slow: ["gpu"])
        let task = bench.generate(bench.call("gpu/m,other/m"))
        // The lane's own clock, a minute longer, is the second.
        try await eventually { gate.waiting == 1 && bench.time.alarmCount == 2 }
        bench.time.advance(by: passed)
        if isInTime { gate.open() }
        let outcome = await task.value
        #expect(outcome.text == (isInTime ? "done" : nil))
        #expect(outcome.failure?.reason == (isInTime ? nil : .executionTimeout))
        #expect(
            outcome.failure?.message
                == (isInTime
                    ? nil
                    : "ran for 1800 s, queue waits left out; the limit is 1800 s (execution_timeout)")
        )
        #expect(try bench.lane("gpu").running == 0)
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `the execution clock stands still while a later attempt queues`() async throws {
        let (first, second, blocker) = (Gate(), Gate(), Gate())
        let bench = Bench([
            ScriptedModel(
                "a/m",
                generate: { _ in
                    try await first.pass()
                    throw ProviderFailure(.serverError, "500", httpStatus: 500)
                }),
            ScriptedModel(
                "b/m",
                generate: { call in
                    try await (call.attribution.callID == "blocker" ? blocker : second).pass()
                    return .saying("b")
                }),
        ])
        let holder = bench.generate(
            bench.call("b/m", id: "blocker", executionTimeout: .seconds(900)))
        try await eventually { blocker.waiting == 1 }
        let call = bench.call("a/m,b/m", executionTimeout: .seconds(100))
        let task = bench.generate(call)
        try await eventually { first.waiting == 1 && bench.time.alarmCount == 2 }
        bench.time.advance(by: .seconds(60))
        first.open()
        try await eventually { try bench.lane("b").queued == 1 }
        bench.time.advance(by: .seconds(50))
        blocker.open()
        #expect(await holder.value.text == "b")
        try await eventually { second.waiting == 1 && bench.time.alarmCount == 1 }
        bench.time.advance(by: .seconds(39))
        #expect(second.waiting == 1)
        bench.time.advance(by: .seconds(1))
        let failure = try #require(await task.value.failure)
        #expect(failure.reason == .executionTimeout)
        #expect(failure.report.execution == .seconds(100))
        #expect(failure.report.queueWait == .seconds(50))
        #expect(failure.report.attempts.map(\.duration) == [.seconds(60), .seconds(40)])
        #expect(failure.report.attempts.map(\.queueWait) == [.zero, .seconds(50)])
    }

    @Test func `no first chunk in time fails over, and only the attempt is stopped`() async throws {
        let gate = Gate()
        let bench = Bench([
            ScriptedModel(
                "a/m",
                stream: { _ in
                    try await gate.pass()
                    return ScriptedStream([])
                }),
            ScriptedModel("b/m"),
        ])
        let call = bench.call("a/m,b/m")
        let task = bench.stream(call)
        try await eventually { gate.waiting == 1 && bench.time.alarmCount == 1 }
        bench.time.advance(by: .seconds(59))
        #expect(gate.waiting == 1)
        bench.time.advance(by: .seconds(1))
        let streamed = await task.value
        #expect(streamed.failure == nil)
        #expect(streamed.chunks == [.text("hello"), .finish(.stop, Usage())])
        #expect(gate.waiting == 0)
        #expect(call.report().attempts.map(\.reason) == [.upstreamFirstChunkTimeout, nil])
        #expect(call.report().attempts.map(\.duration) == [.seconds(60), .zero])
        #expect(call.interruption == nil)
    }

    @Test func `an established stream has no execution clock`() async throws {
        let bench = Bench([ScriptedModel("a/m")])
        let call = bench.call("a/m", executionTimeout: .seconds(5))
        call.bind {}
        let stream = try await bench.dispatcher.stream(.hi, for: call)
        bench.time.advance(by: .seconds(10_000))
        #expect(try await stream.next() == .text("hello"))
        #expect(try await stream.next() == .finish(.stop, Usage()))
        #expect(call.report().execution == .seconds(10_000))
        #expect(bench.time.alarmCount == 0)
    }
}
