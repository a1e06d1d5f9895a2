import Clocks
import Lanes
import Logging
import Models
import Patience
import Testing

/// A dispatcher over scripted models, on a clock wound by hand.
struct Bench {
    let time = HandWoundTime()
    let dispatcher: Dispatcher
    let lanes: LaneRegistry
    let detached: DetachedRuns
    let start: Instant

    init(
        _ models: [ScriptedModel], slow: Set<String> = [], tiers: [String: String] = [:],
        concurrency: Int = 1, onDisconnect: OnDisconnect = .cancel, hold: Hold = .establishment,
        queueDepthMax: Int = 256, cost: LaneCost = .slotSeconds, queueing: Bool = true,
        limits: CallLimits = CallLimits(), rules: ChainRules = .oneAttempt,
        observers: [any FailoverObserver] = []
    ) {
        start = time.now
        let settings = LaneSettings(
            concurrency: concurrency, queueDepthMax: queueDepthMax, hold: hold,
            onDisconnect: onDisconnect, cost: cost)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        lanes = LaneRegistry(
            rules: [], defaults: settings, queueing: queueing, time: time, logger: quiet)
        detached = DetachedRuns(logger: quiet)
        let providers = Dictionary(grouping: models, by: \.target.provider).map { name, models in
            ScriptedProvider(
                name: name, slow: slow.contains(name),
                models: Dictionary(uniqueKeysWithValues: models.map { ($0.target.model, $0) }))
        }
        let catalog = ModelCatalog(
            providers: providers, tiers: TierBook(tiers), lanes: lanes, limits: limits,
            detached: detached, health: HealthBook(rules))
        dispatcher = Dispatcher(
            catalog: catalog, limits: limits, rules: rules, observers: observers, logger: quiet)
    }

    func call(
        _ model: String, id: String = "c1", caller: String = "bot", deadline: Duration? = nil,
        maxQueueWait: Duration? = nil, executionTimeout: Duration? = nil,
        persistPrompts: Bool = false
    ) -> Call {
        Call(
            attribution: Attribution(
                callID: id, caller: CallerKey(uid: 1000, callerID: caller), runID: "run-1"),
            model: model, arrived: time.now, deadline: deadline.map { time.now + $0 },
            maxQueueWait: maxQueueWait, executionTimeout: executionTimeout, time: time,
            persistPrompts: persistPrompts)
    }

    /// Runs a generate in a task that the call can stop.
    func generate(_ call: Call, _ request: ModelRequest = .hi) -> Task<Outcome, Never> {
        let task = Task { await generated(call, request) }
        call.bind { task.cancel() }
        return task
    }

    func generated(_ call: Call, _ request: ModelRequest = .hi) async -> Outcome {
        do throws(CallFailure) {
            return .answer(try await dispatcher.generate(request, for: call))
        } catch {
            return .failure(error)
        }
    }

    /// Reads a stream to its end in a task that the call can stop.
    func stream(_ call: Call, _ request: ModelRequest = .hi) -> Task<Streamed, Never> {
        let task = Task { await streamed(call, request) }
        call.bind { task.cancel() }
        return task
    }

    func streamed(_ call: Call, _ request: ModelRequest = .hi) async -> Streamed {
        var seen: [Chunk] = []
        do throws(CallFailure) {
            let stream = try await dispatcher.stream(request, for: call)
            while let chunk = try await stream.next() { seen.append(chunk) }
            return Streamed(chunks: seen, failure: nil)
        } catch {
            return Streamed(chunks: seen, failure: error)
        }
    }

    func lane(_ provider: String) throws -> LaneSnapshot {
        try #require(lanes.lane(provider: provider, model: "m")).snapshot()
    }
}

extension ChainRules {
    /// Each target is tried once, so that nothing waits on a clock nobody winds.
    static var oneAttempt: ChainRules {
        var rules = ChainRules()
        rules.attemptsPerTargetMax = 1
        return rules
    }
}

enum Outcome: Sendable {
    case answer(ModelResponse)
    case failure(CallFailure)

    var failure: CallFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }

    var text: String? {
        if case .answer(let response) = self { response.message.text } else { nil }
    }
}

struct Streamed: Sendable {
    var chunks: [Chunk]
    var failure: CallFailure?
}

extension ModelRequest {
    static let hi = ModelRequest(messages: [ModelMessage(role: .user, parts: [.text("hi there")])])
}

/// Lets other tasks run until `condition` holds: for what happens without the clock moving.
func eventually(
    _ condition: @Sendable () throws -> Bool, at place: SourceLocation = #_sourceLocation
) async throws {
    let limit = ContinuousClock.now + Patience.stretched(.seconds(240))
    while try !condition() {
        if ContinuousClock.now > limit {
            Issue.record("it did not come to pass in time", sourceLocation: place)
            return
        }
        await Task.yield()
    }
}
