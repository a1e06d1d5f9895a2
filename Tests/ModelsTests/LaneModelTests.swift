import Clocks
import Lanes
import Models
import Testing

struct LaneModelTests {
    @Test func `two generates in a lane of one slot run one after the other`() async throws {
        let gate = Gate()
        let model = ScriptedModel(
            "gpu/m",
            generate: { _ in
                try await gate.pass()
                return .saying("done")
            })
        let bench = Bench([model])
        let first = bench.generate(bench.call("gpu/m", id: "1"))
        try await eventually { gate.waiting == 1 }
        let second = bench.generate(bench.call("gpu/m", id: "2"))
        try await eventually { try bench.lane("gpu").queued == 1 }
        #expect(model.count == 1)
        gate.open()
        #expect(await first.value.text == "done")
        #expect(await second.value.text == "done")
        #expect(model.count == 2)
        #expect(try bench.lane("gpu").running == 0)
    }

    @Test func `two streams of a lane of one slot, established in turn, run side by side`()
        async throws
    {
        let gate = Gate()
        let model = ScriptedModel(
            "gpu/m",
            stream: { _ in
                ScriptedStream([.text("a")]) {
                    try await gate.pass()
                    return .finish(.stop, Usage())
                }
            })
        let bench = Bench([model])
        let first = bench.stream(bench.call("gpu/m", id: "1"))
        let second = bench.stream(bench.call("gpu/m", id: "2"))
        try await eventually { gate.waiting == 2 }
        #expect(try bench.lane("gpu").running == 0)
        #expect(try bench.lane("gpu").openStreams == 2)
        gate.open()
        #expect(await first.value.chunks == [.text("a"), .finish(.stop, Usage())])
        #expect(await second.value.failure == nil)
        #expect(try bench.lane("gpu").openStreams == 0)
    }

    @Test func `a lane that holds to completion runs one stream at a time`() async throws {
        let gate = Gate()
        let model = ScriptedModel(
            "gpu/m",
            stream: { _ in
                ScriptedStream([.text("a")]) {
                    try await gate.pass()
                    return .finish(.stop, Usage())
                }
            })
        let bench = Bench([model], hold: .completion)
        let first = bench.stream(bench.call("gpu/m", id: "1"))
        try await eventually { gate.waiting == 1 }
        let second = bench.stream(bench.call("gpu/m", id: "2"))
        try await eventually { try bench.lane("gpu").queued == 1 }
        #expect(model.count == 1)
        gate.open()
        #expect(await first.value.failure == nil)
        #expect(await second.value.failure == nil)
    }

    @Test func `waiting in the queue does not eat the execution budget`() async throws {
        let gate = Gate()
        let (holder, bench) = try await heldBench(gate, executionTimeout: .seconds(50))
        let waiting = bench.call("gpu/m", id: "2", executionTimeout: .seconds(10))
        let second = bench.generate(waiting)
        try await eventually { try bench.lane("gpu").queued == 1 }
        bench.time.advance(by: .seconds(40))
        gate.open()
        #expect(await holder.value.text == "done")
        #expect(await second.value.text == "done")
        #expect(waiting.report().queueWait == .seconds(40))
        #expect(waiting.report().execution == .zero)
    }

    /// A lane whose one slot is held, until `gate` opens, by a call that already runs.
    private func heldBench(
        _ gate: Gate, executionTimeout: Duration
    ) async throws -> (Task<Outcome, Never>, Bench) {
        let model = ScriptedModel(
            "gpu/m",
            generate: { _ in
                try await gate.pass()
                return .saying("done")
            })
        let bench = Bench([model])
        let call = bench.call("gpu/m", id: "1", executionTimeout: executionTimeout)
        let holder = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        return (holder, bench)
    }

    @Test func `a caller that gives up while queued leaves at once and its place is gone`()
        async throws
    {
        let gate = Gate()
        let (holder, bench) = try await heldBench(gate, executionTimeout: .seconds(50))
        let call = bench.call("gpu/m", id: "2")
        let second = bench.generate(call)
        try await eventually { try bench.lane("gpu").queued == 1 }
        bench.time.advance(by: .seconds(3))
        call.interrupt(.callerLeft)
        let failure = try #require(await second.value.failure)
        #expect(failure.reason == .callerLeft)
        #expect(failure.code == .cancelled)
        #expect(failure.report.phase == .queue)
        #expect(failure.report.lane == "gpu")
        #expect(failure.report.queueWait == .seconds(3))
        #expect(failure.report.attempts.isEmpty)
        #expect(try bench.lane("gpu").queued == 0)
        #expect(gate.waiting == 1)
        gate.open()
        #expect(await holder.value.text == "done")
    }

    @Test func `the caller's deadline, met in the queue, is named`() async throws {
        let gate = Gate()
        let (holder, bench) = try await heldBench(gate, executionTimeout: .seconds(50))
        let second = bench.generate(bench.call("gpu/m", id: "2", deadline: .seconds(5)))
        try await eventually { try bench.lane("gpu").queued == 1 }
        bench.time.advance(by: .seconds(5))
        let failure = try #require(await second.value.failure)
        #expect(failure.reason == .callerDeadline)
        #expect(failure.code == .deadlineExceeded)
        gate.open()
        #expect(await holder.value.text == "done")
    }

    @Test func `the queue clock says how long it waited and when to come back`() async throws {
        let gate = Gate()
        let (holder, bench) = try await heldBench(gate, executionTimeout: .seconds(500))
        let second = bench.generate(bench.call("gpu/m", id: "2", maxQueueWait: .seconds(7)))
        try await eventually { try bench.lane("gpu").queued == 1 }
        bench.time.advance(by: .seconds(7))
        let failure = try #require(await second.value.failure)
        #expect(failure.reason == .queueTimeout)
        #expect(failure.code == .resourceExhausted)
        #expect(failure.retryAfter != nil)
        #expect(failure.message.hasPrefix("no slot of lane gpu came free within 7 s"))
        #expect(failure.report.queueWait == .seconds(7))
        gate.open()
        #expect(await holder.value.text == "done")
    }

    @Test func `a full lane refuses and says how deep it is`() async throws {
        let gate = Gate()
        let model = ScriptedModel(
            "gpu/m",
            generate: { _ in
                try await gate.pass()
                return .saying("done")
            })
        let bench = Bench([model], queueDepthMax: 1)
        let tasks = [1, 2].map { bench.generate(bench.call("gpu/m", id: "\($0)")) }
        try await eventually { try bench.lane("gpu").queued == 1 && gate.waiting == 1 }
        let outcome = await bench.generated(bench.call("gpu/m", id: "3", caller: "other"))
        let failure = try #require(outcome.failure)
        #expect(failure.reason == .queueFull)
        #expect(
            failure.message.hasPrefix(
                "lane gpu is full: 1 calls wait, the limit is 1 (lanes.gpu.queue_depth_max)"))
        #expect(failure.retryAfter != nil)
        gate.open()
        for task in tasks { #expect(await task.value.text == "done") }
    }

    @Test func `with queueing off calls pass straight through and keep their report`()
        async throws
    {
        let bench = Bench([ScriptedModel("a/m")], queueing: false)
        let call = bench.call("a/m")
        #expect(await bench.generated(call).text == "hello")
        let report = call.report()
        #expect(report.lane == "")
        #expect(report.attempts.map(\.lane) == [""])
        #expect(report.attribution.runID == "run-1")
    }
}
