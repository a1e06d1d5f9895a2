import Clocks
import Lanes
import Synchronization
import Testing

@testable import Models

/// Calls that wait for targets, seen from a whole call on a clock wound by hand.
struct ChainWalkTests {
    /// Fails as told, once for each failure, and answers from then on.
    private static func recovering(_ name: String, _ failures: [ProviderFailure]) -> ScriptedModel {
        let left = Mutex(failures.reversed() as [ProviderFailure])
        return ScriptedModel(name) { _ in
            if let failure = left.withLock({ $0.popLast() }) { throw failure }
            return .saying("well")
        }
    }

    private static func limited(_ wait: Duration?) -> ProviderFailure {
        ProviderFailure(.rateLimited, "slow down", httpStatus: 429, retryAfter: wait)
    }

    private static let broken = ProviderFailure(.serverError, "500", httpStatus: 500)

    @Test func `a call waits for a rate limit to pass, and the wait is queue time`() async throws {
        let model = Self.recovering("a/m", [Self.limited(.seconds(3))])
        let bench = Bench([model], rules: ChainRules())
        let call = bench.call("a/m", executionTimeout: .seconds(1))
        let task = bench.generate(call)
        try await bench.waits(1, for: "a/m")
        #expect(try bench.lane("a").running == 0, "it holds no slot meanwhile")
        bench.time.advance(by: .milliseconds(2_999))
        #expect(model.count == 1)
        bench.time.advance(by: .milliseconds(1))
        #expect(await task.value.text == "well")
        let report = call.report()
        #expect(report.queueWait == .seconds(3))
        #expect(report.execution == .zero)
        #expect(report.attempts.map(\.reason) == [.upstreamRateLimited, nil])
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `no longer than the queue clock`() async throws {
        let model = Self.recovering("a/m", [Self.limited(.seconds(3))])
        let bench = Bench([model], rules: ChainRules())
        let failure = try #require(
            await bench.generated(bench.call("a/m", maxQueueWait: .seconds(2))).failure)
        #expect(failure.reason == .upstreamRateLimited)
        #expect(failure.retryAfter == .seconds(3))
        #expect(model.count == 1)
    }

    @Test(arguments: [Interruption.callerLeft, .callerDeadline, .shuttingDown])
    func `a call that is ended while it waits ends at once and asks nobody again`(
        cause: Interruption
    ) async throws {
        let model = Self.recovering("a/m", [Self.limited(.seconds(30))])
        let other = ScriptedModel("b/m", generate: { _ in throw Self.limited(.seconds(40)) })
        let bench = Bench([model, other], rules: ChainRules())
        let call = bench.call("a/m,b/m")
        let task = bench.generate(call)
        try await bench.waits(1, for: "b/m")
        call.interrupt(cause)
        let failure = try #require(await task.value.failure)
        #expect(failure.reason == call.refusal(for: cause).reason)
        #expect(failure.report.phase == .queue)
        #expect(bench.time.alarmCount == 0)
        bench.time.advance(by: .seconds(100))
        #expect([model.count, other.count] == [1, 1])
    }

    @Test func `a cancelled task leaves the wait too`() async throws {
        let model = Self.recovering("a/m", [Self.limited(.seconds(30))])
        let bench = Bench([model], rules: ChainRules())
        let task = bench.generate(bench.call("a/m"))
        try await bench.waits(1, for: "a/m")
        task.cancel()
        #expect(await task.value.failure?.reason == .callerLeft)
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `one probe goes first, and those who wait hear of its end`() async throws {
        let gate = Gate()
        let calls = Counter()
        let model = ScriptedModel("a/m") { _ in
            calls.bump()
            if calls.count <= 5 { throw Self.broken }
            if calls.count == 6 { try await gate.pass() }
            return .saying("well")
        }
        let bench = Bench([model], concurrency: 8)
        for _ in 0..<5 { _ = await bench.generated(bench.call("a/m")) }
        let tasks = (0..<4).map { _ in bench.generate(bench.call("a/m")) }
        try await bench.waits(4, for: "a/m")
        #expect(model.count == 5, "the breaker is open")
        bench.time.advance(by: .seconds(5))
        try await eventually { gate.waiting == 1 }
        // The three others wait for it; the fourth alarm is the probe's own clock.
        try await bench.waits(3, for: "a/m", alarms: 4)
        #expect(model.count == 6)
        gate.open()
        for task in tasks { #expect(await task.value.text == "well") }
        #expect(model.count == 9)
        #expect(bench.time.alarmCount == 0)
    }

    @Test func `only so many may wait for one target, and half of them for one caller`()
        async throws
    {
        var rules = ChainRules()
        rules.waitersMax = 4
        let model = ScriptedModel("a/m") { _ in throw Self.limited(.seconds(30)) }
        let bench = Bench([model], rules: rules)
        var tasks: [Task<Outcome, Never>] = []
        for (count, caller) in ["hog", "hog", "light", "third"].enumerated() {
            tasks.append(bench.generate(bench.call("a/m", caller: caller)))
            try await bench.waits(count + 1, for: "a/m")
            guard count == 1 else { continue }
            let failure = try #require(
                await bench.generated(bench.call("a/m", caller: "hog")).failure)
            #expect(failure.reason == .noHealthyTarget)
            #expect(failure.retryAfter == .seconds(30))
        }
        let failure = await bench.generated(bench.call("a/m", caller: "fifth")).failure
        #expect(failure?.reason == .noHealthyTarget)
        for task in tasks { task.cancel() }
        for task in tasks { #expect(await task.value.failure?.reason == .callerLeft) }
        try await bench.waits(0, for: "a/m")
    }

    @Test func `a daemon that stops sends away who waits for a target, and whoever comes later`()
        async throws
    {
        let model = ScriptedModel("a/m") { _ in throw Self.limited(.seconds(30)) }
        let bench = Bench([model])
        let task = bench.generate(bench.call("a/m"))
        _ = await task.value
        let waiting = bench.generate(bench.call("a/m"))
        try await bench.waits(1, for: "a/m")
        bench.dispatcher.catalog.drain()
        #expect(await waiting.value.failure?.reason == .shuttingDown)
        #expect(await bench.generated(bench.call("a/m")).failure?.reason == .shuttingDown)
    }

    @Test func `an answer of a target that is well wakes nobody who waits for another`()
        async throws
    {
        let limited = ScriptedModel("a/m") { _ in throw Self.limited(.seconds(30)) }
        let blind = ScriptedModel("b/m", capabilities: Self.blind)
        let bench = Bench([limited, blind], rules: ChainRules())
        var picture = ModelRequest.hi
        picture.messages[0].parts = [.image(mediaType: "image/png", .url("https://x/y.png"))]
        let task = bench.generate(bench.call("a/m,b/m"), picture)
        try await bench.waits(1, for: "a/m", alarms: 1)
        let gate = try #require(try bench.dispatcher.catalog.chain(of: "b/m").links.first).gate
        #expect(gate.waiting == 0, "it can never go there")
        task.cancel()
        _ = await task.value
    }

    private static var blind: Capabilities {
        var blind = Capabilities()
        blind.images = false
        return blind
    }

    @Test func `a good answer that says the limit is used up holds the next call back`()
        async throws
    {
        let model = ScriptedModel("a/m") { _ in
            var response = ModelResponse.saying("well")
            response.backOff = .seconds(4)
            return response
        }
        let spare = ScriptedModel("b/m")
        let bench = Bench([model, spare])
        #expect(await bench.generated(bench.call("a/m")).text == "well")
        #expect(await bench.generated(bench.call("a/m,b/m")).text == "hello")
        let task = bench.generate(bench.call("a/m"))
        try await bench.waits(1, for: "a/m")
        #expect(model.count == 1)
        bench.time.advance(by: .seconds(4))
        #expect(await task.value.text == "well")
    }

    @Test func `a lane's budget bounds its retries, and good calls earn new ones`() async throws {
        var rules = ChainRules()
        rules.backoffBase = .zero
        rules.breaker.failuresInRow = .max
        rules.breaker.callsForRatio = .max
        let isWell = Mutex(false)
        let model = ScriptedModel("a/m") { _ in
            if isWell.withLock({ $0 }) { return .saying("well") }
            throw Self.broken
        }
        let bench = Bench([model], rules: rules)
        for _ in 0..<20 { _ = await bench.generated(bench.call("a/m")) }
        #expect(model.count == 20 + RetryBudget.full)
        isWell.withLock { $0 = true }
        for _ in 0..<20 { _ = await bench.generated(bench.call("a/m")) }
        isWell.withLock { $0 = false }
        let before = model.count
        for _ in 0..<5 { _ = await bench.generated(bench.call("a/m")) }
        #expect(model.count == before + 5 + 2)
    }

    @Test func `where the lane finishes what it began, a failure after the caller left ends it`()
        async throws
    {
        let gate = Gate()
        let model = ScriptedModel("a/m") { _ in
            try await gate.pass()
            throw Self.limited(.seconds(7))
        }
        let other = ScriptedModel("b/m")
        let bench = Bench([model, other], onDisconnect: .finish, rules: ChainRules())
        let call = bench.call("a/m,b/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        call.interrupt(.callerLeft)
        #expect(await task.value.failure?.reason == .callerLeft)
        #expect(try bench.lane("a").running == 1, "the work goes on")
        let health = try #require(try bench.dispatcher.catalog.chain(of: "a/m").links.first).gate
        #expect(health.cooling(at: bench.time.now) == nil)
        gate.open()
        await bench.detached.drained()
        #expect(try bench.lane("a").running == 0)
        #expect([model.count, other.count] == [1, 0])
        #expect(health.cooling(at: bench.time.now)?.cause == .rateLimit, "others learn of it")
    }

    @Test func `a probe that outlives its caller is still the one probe`() async throws {
        let gate = Gate()
        let model = ScriptedModel("a/m") { _ in
            guard gate.isOpen || gate.waiting > 0 else {
                try await gate.pass()
                return .saying("late")
            }
            return .saying("well")
        }
        let bench = Bench([model], concurrency: 4, onDisconnect: .finish)
        let health = try #require(try bench.dispatcher.catalog.chain(of: "a/m").links.first).gate
        for _ in 0..<5 {
            health.failed(.counts, hint: nil, asProbe: false, at: bench.time.now)
        }
        bench.time.advance(by: .seconds(5))
        let probe = bench.call("a/m")
        let leaving = bench.generate(probe)
        try await eventually { gate.waiting == 1 }
        probe.interrupt(.callerLeft)
        _ = await leaving.value
        let next = bench.generate(bench.call("a/m"))
        try await eventually { health.waiting == 1 }
        #expect(model.count == 1)
        gate.open()
        #expect(await next.value.text == "well")
        #expect(health.cooling(at: bench.time.now) == nil)
    }

    @Test func `a call ended by name is ended in a lane that finishes what it began, too`()
        async throws
    {
        let gate = Gate()
        let model = ScriptedModel("a/m") { _ in
            try await gate.pass()
            return .saying("never")
        }
        let bench = Bench([model], onDisconnect: .finish)
        let call = bench.call("a/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        call.interrupt(.cancelled)
        #expect(await task.value.failure?.reason == .callerLeft)
        await bench.detached.drained()
        #expect(gate.waiting == 0)
        #expect(try bench.lane("a").running == 0)
    }
}

extension Bench {
    /// Returns when so many calls wait for the target to be well again.
    fileprivate func waits(_ count: Int, for name: String, alarms: Int? = nil) async throws {
        let gate = try #require(try dispatcher.catalog.chain(of: name).links.first).gate
        try await eventually {
            gate.waiting == count && time.alarmCount == alarms ?? count
        }
    }
}
