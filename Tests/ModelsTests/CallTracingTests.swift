import Clocks
import Lanes
import Models
import Synchronization
import Testing

/// What the report of a call says for its trace: when what began, and for how long.
struct CallTracingTests {
    private static let limited = ProviderFailure(
        .rateLimited, "slow down", httpStatus: 429, retryAfter: .seconds(2))

    /// Answers once the gate is open.
    private func gated(_ name: String, _ gate: Gate) -> ScriptedModel {
        ScriptedModel(name) { _ in
            try await gate.pass()
            return .saying("well")
        }
    }

    @Test func `an attempt says when it had its slot, for how long, and how it finished`()
        async throws
    {
        let gate = Gate()
        let bench = Bench([gated("a/m", gate)])
        bench.time.advance(by: .seconds(5))
        let call = bench.traced("a/m")
        let task = bench.generate(call)
        try await eventually { gate.waiting == 1 }
        bench.time.advance(by: .seconds(3))
        gate.open()
        #expect(await task.value.text == "well")
        let attempt = try #require(call.report().attempts.first)
        #expect(attempt.startedAt == bench.start + .seconds(5))
        #expect(attempt.duration == .seconds(3))
        #expect(attempt.finishReason == .stop)
        #expect(attempt.firstChunkAfter == nil)
        #expect(attempt.chunkGaps == nil)
        #expect(call.report().waits.isEmpty)
    }

    @Test func `a wait that ends with a slot is told by its attempt alone`() async throws {
        let gate = Gate()
        let bench = Bench([gated("a/m", gate)])
        let first = bench.generate(bench.traced("a/m"))
        try await eventually { gate.waiting == 1 }
        let call = bench.traced("a/m")
        let second = bench.generate(call)
        try await eventually { try bench.lane("a").queued == 1 }
        bench.time.advance(by: .seconds(2))
        gate.open()
        #expect(await first.value.text == "well")
        #expect(await second.value.text == "well")
        let attempt = try #require(call.report().attempts.first)
        #expect(attempt.queueWait == .seconds(2))
        #expect(attempt.startedAt == bench.start + .seconds(2), "from the slot, not the arrival")
        #expect(call.report().waits.isEmpty)
    }

    @Test func `a wait that ends without a slot is told on its own`() async throws {
        let gate = Gate()
        let bench = Bench([gated("a/m", gate)])
        let first = bench.generate(bench.traced("a/m"))
        try await eventually { gate.waiting == 1 }
        let call = bench.traced("a/m", maxQueueWait: .seconds(1))
        let second = bench.generate(call)
        try await eventually { try bench.lane("a").queued == 1 }
        bench.time.advance(by: .seconds(1))
        #expect(await second.value.failure?.reason == .queueTimeout)
        let wait = WaitReport(beganAt: bench.start, took: .seconds(1), lane: "a")
        #expect(call.report().waits == [wait])
        #expect(call.report().attempts.isEmpty)
        gate.open()
        _ = await first.value
    }

    @Test func `a refusal that took no time is no wait`() async throws {
        let gate = Gate()
        let bench = Bench([gated("a/m", gate)], queueDepthMax: 1)
        let running = bench.generate(bench.call("a/m", caller: "one"))
        try await eventually { gate.waiting == 1 }
        let queued = bench.generate(bench.call("a/m", caller: "two"))
        try await eventually { try bench.lane("a").queued == 1 }
        let call = bench.traced("a/m")
        #expect(await bench.generated(call).failure?.reason == .queueFull)
        #expect(call.report().waits.isEmpty)
        gate.open()
        _ = await (running.value, queued.value)
    }

    @Test func `a wait for a target to be well again is told without a lane`() async throws {
        let failures = Mutex([Self.limited])
        let model = ScriptedModel("a/m") { _ in
            if let failure = failures.withLock({ $0.popLast() }) { throw failure }
            return .saying("well")
        }
        let bench = Bench([model], rules: ChainRules())
        let call = bench.traced("a/m")
        let task = bench.generate(call)
        // A retry at this target waits for the hint, and for a part of the backoff behind it.
        try await eventually { bench.time.alarmCount == 1 && call.report().attempts.count == 1 }
        let due = try #require(bench.time.nextDeadline)
        bench.time.advance(by: bench.start.duration(to: due))
        #expect(await task.value.text == "well")
        let report = call.report()
        let took = bench.start.duration(to: due)
        #expect(took >= .seconds(2))
        #expect(report.waits == [WaitReport(beganAt: bench.start, took: took, lane: "")])
        #expect(report.attempts.map(\.startedAt) == [bench.start, due])
        #expect(report.attempts.map(\.finishReason) == [nil, .stop])
    }

    @Test func `a target that was passed over has no start`() async throws {
        var blind = Capabilities()
        blind.images = false
        let bench = Bench([ScriptedModel("a/m", capabilities: blind), ScriptedModel("b/m")])
        let picture = ModelRequest(messages: [
            ModelMessage(role: .user, parts: [.image(mediaType: "", .url("https://x.test/i"))])
        ])
        let call = bench.traced("a/m,b/m")
        #expect(await bench.generated(call, picture).text == "hello")
        #expect(call.report().attempts.map(\.startedAt) == [nil, bench.start])
    }

    @Test func `each attempt sends upstream the id that its span gets`() async throws {
        let sent = Mutex<[String?]>([])
        let note: @Sendable (Call) -> Void = { call in sent.withLock { $0.append(call.traceparent) }
        }
        var blind = Capabilities()
        blind.images = false
        let models = [
            ScriptedModel("a/m") { call in
                note(call)
                throw ProviderFailure(.credentials, "no")
            },
            ScriptedModel("b/m", capabilities: blind),
            ScriptedModel("c/m") { call in
                note(call)
                return .saying("well")
            },
        ]
        let picture = ModelRequest(messages: [
            ModelMessage(role: .user, parts: [.image(mediaType: "", .url("https://x.test/i"))])
        ])
        let bench = Bench(models)
        let call = bench.traced("a/m,b/m,c/m")
        #expect(await bench.generated(call, picture).text == "well")
        let root = try #require(call.attribution.trace?.span)
        let parents = sent.withLock { $0 }.map {
            $0.flatMap(TraceContext.init(traceparent:))?.parent
        }
        let tried = call.report().attempts.enumerated().filter { $0.element.startedAt != nil }
        #expect(tried.map(\.offset) == [0, 2])
        #expect(parents == tried.map { root.child(.attempt, $0.offset) })
    }
}

extension Bench {
    /// A call whose spans are recorded.
    func traced(_ model: String, id: String = "c1", maxQueueWait: Duration? = nil) -> Call {
        var ids = TraceIDs()
        return Call(
            attribution: Attribution(
                callID: id, caller: CallerKey(uid: 1000, callerID: "bot"),
                trace: ids.context(of: nil, sample: 1)),
            model: model, arrived: time.now, deadline: nil, maxQueueWait: maxQueueWait, time: time)
    }
}
