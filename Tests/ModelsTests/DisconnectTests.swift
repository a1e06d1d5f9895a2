import Clocks
import Lanes
import Models
import Patience
import Testing

struct DisconnectTests {
    private func bench(_ gate: Gate, _ onDisconnect: OnDisconnect, _ ended: Gate) -> Bench {
        let model = ScriptedModel(
            "gpu/m",
            generate: { _ in
                defer { ended.open() }
                try await gate.pass()
                return .saying("done")
            })
        return Bench([model], onDisconnect: onDisconnect)
    }

    @Test func `by default a caller that leaves closes upstream and frees the slot`() async throws {
        let (gate, ended) = (Gate(), Gate())
        let bench = bench(gate, .cancel, ended)
        let call = bench.call("gpu/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        call.interrupt(.callerLeft)
        let failure = try #require(await task.value.failure)
        #expect(failure.reason == .callerLeft)
        #expect(failure.report.phase == .execute)
        #expect(failure.report.attempts.map(\.reason) == [.callerLeft])
        #expect(gate.waiting == 0)
        #expect(try bench.lane("gpu").running == 0)
    }

    @Test func `interrupting stops an attempt whose task nobody has bound`() async throws {
        let (gate, ended) = (Gate(), Gate())
        let bench = bench(gate, .cancel, ended)
        let call = bench.call("gpu/m")
        let task = Task { await bench.generated(call) }
        try await eventually { gate.waiting == 1 }
        call.interrupt(.shuttingDown)
        let failure = try #require(await task.value.failure)
        #expect(failure.reason == .shuttingDown)
        #expect(try #require(failure.retryAfter) >= .seconds(1))
        #expect(try bench.lane("gpu").running == 0)
    }

    @Test func `where the lane finishes what it began, the caller is let go and the work goes on`()
        async throws
    {
        let (gate, ended) = (Gate(), Gate())
        let bench = bench(gate, .finish, ended)
        let call = bench.call("gpu/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        call.interrupt(.callerDeadline)
        #expect(await task.value.failure?.reason == .callerDeadline)
        #expect(gate.waiting == 1)
        #expect(try bench.lane("gpu").running == 1)
        gate.open()
        await bench.detached.drained()
        #expect(try bench.lane("gpu").running == 0)
        #expect(call.ending == .failed(.callerDeadline))
    }

    @Test func `detached work still ends at its execution clock`() async throws {
        let (gate, ended) = (Gate(), Gate())
        let bench = bench(gate, .finish, ended)
        let call = bench.call("gpu/m", executionTimeout: .seconds(30))
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        bench.time.advance(by: .seconds(10))
        call.interrupt(.callerLeft)
        #expect(await task.value.failure?.reason == .callerLeft)
        bench.time.advance(by: .seconds(19))
        #expect(try bench.lane("gpu").running == 1)
        bench.time.advance(by: .seconds(1))
        await bench.detached.drained()
        #expect(gate.waiting == 0)
        #expect(try bench.lane("gpu").running == 0)
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `a caller that stays is answered by detached work as by any other`() async throws {
        let (gate, ended) = (Gate(), Gate())
        gate.open()
        let bench = bench(gate, .finish, ended)
        #expect(await bench.generated(bench.call("gpu/m")).text == "done")
        await bench.detached.drained()
        #expect(bench.detached.count == 0)
    }

    @Test(.timeLimit(.minutes(Patience.slowness)))
    func `work that is detached while all of it is being stopped is stopped as well`() async throws
    {
        let (gate, ended) = (Gate(), Gate())
        let bench = bench(gate, .finish, ended)
        let call = bench.call("gpu/m")
        call.interrupt(.shuttingDown)
        bench.detached.stopAll()
        #expect(await bench.generated(call).failure?.reason == .shuttingDown)
        await bench.detached.drained()
        #expect(try bench.lane("gpu").running == 0)
    }
}
