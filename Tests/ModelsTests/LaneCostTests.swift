import Lanes
import Models
import Synchronization
import Testing

/// That a lane which shares tokens is told of them, however an attempt ends.
struct LaneCostTests {
    enum Way: CaseIterable {
        case answered, failed, cancelled, detached, streamed, streamBroken
    }

    /// A hog uses some 20,000 tokens in one of the ways; then it and a light caller wait. The light
    /// one's two calls go first, where the hog is charged for what it took; its guess alone would
    /// put the hog's call between them.
    @Test(arguments: Way.allCases)
    func `what an attempt used is charged to its caller`(way: Way) async throws {
        let (holding, leaving, stuck) = (Gate(), Gate(), Gate())
        let order = Mutex<[String]>([])
        var used = Usage()
        used.outputTokens = 10_000
        let usage = used
        let model = ScriptedModel(
            "gpu/m",
            generate: { call in
                switch call.attribution.callID {
                case "holder": try await holding.pass()
                case "leaver": try await leaving.pass()
                case "hog":
                    if way == .cancelled { try await stuck.pass() }
                    if way == .failed {
                        throw ProviderFailure(.badRequest, "no", partialUsage: usage)
                    }
                    var answer = ModelResponse.saying("much")
                    answer.usage = usage
                    return answer
                default: order.withLock { $0.append(call.attribution.callID) }
                }
                return .saying("done")
            },
            stream: { _ in
                ScriptedStream([.text("much")]) {
                    if way == .streamed { return .finish(.stop, usage) }
                    throw ProviderFailure(.interrupted, "broke", partialUsage: usage)
                }
            })
        let bench = Bench(
            [model], concurrency: 2, onDisconnect: way == .detached ? .finish : .cancel,
            cost: .tokens)
        // Keeps the lane busy all the while: the end of a busy time settles all debts.
        let holder = bench.generate(bench.call("gpu/m", id: "holder", caller: "first"))
        try await eventually { holding.waiting == 1 }
        try await use(way, bench, stuck)
        let second = bench.generate(bench.call("gpu/m", id: "leaver", caller: "second"))
        try await eventually { leaving.waiting == 1 }
        var tasks: [Task<Outcome, Never>] = []
        let waiting = [("hog 2", "hog"), ("light 1", "light"), ("light 2", "light")]
        for (place, (id, caller)) in waiting.enumerated() {
            tasks.append(bench.generate(bench.call("gpu/m", id: id, caller: caller)))
            try await eventually { try bench.lane("gpu").queued == place + 1 }
        }
        leaving.open()
        _ = await second.value
        for task in tasks { #expect(await task.value.text == "done") }
        #expect(order.withLock { $0 } == ["light 1", "light 2", "hog 2"])
        holding.open()
        _ = await holder.value
    }

    private func use(_ way: Way, _ bench: Bench, _ stuck: Gate) async throws {
        let call = bench.call("gpu/m", id: "hog", caller: "hog")
        switch way {
        case .answered, .failed, .detached: _ = await bench.generate(call).value
        case .streamed, .streamBroken: _ = await bench.stream(call).value
        case .cancelled:
            // Cut short, it costs its prompt at the least: some 80,000 bytes.
            let long = ModelRequest(messages: [
                ModelMessage(role: .user, parts: [.text(String(repeating: "word ", count: 16_000))])
            ])
            let task = bench.generate(call, long)
            try await eventually { stuck.waiting == 1 }
            call.interrupt(.callerLeft)
            _ = await task.value
        }
    }
}
