import Clocks
import Seeded

@testable import Lanes

/// What a property test found broken.
struct Broken: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// One random life of a lane: events go to the machine, and every reply is held against a model
/// that is too simple to be wrong.
struct History: ~Copyable {
    var machine: LaneMachine
    var random: Seeded
    var now = Instant.now
    let callers: [CallerKey]
    let withStreams: Bool
    /// Several bands, runs and retries, which all bend the turns of callers.
    let withRanks: Bool

    var waiting: [Ticket: Waiting] = [:]
    var running: [Grant] = []
    var open: [OpenGrant] = []
    var turns = Turns()
    var uidTurns = Turns()
    var sinceAged = 3
    var arrivals = 0
    var runningBefore = 0
    var dispatched = 0
    var agedDispatches = 0

    struct Waiting {
        var caller: CallerKey
        var runID: String
        var band: Priority
        var stream: Bool
        var bytes: Int
        var arrival: Int
        var came: Instant
        var until: Instant
        /// It is the caller's own deadline that ends its wait.
        var leavesByItself: Bool

        func sharesLine(with other: Waiting) -> Bool {
            caller == other.caller && runID == other.runID && band == other.band
                && stream == other.stream
        }
    }

    init(seed: UInt64) {
        random = Seeded(seed: seed)
        withStreams = Bool.random(using: &random)
        withRanks = Bool.random(using: &random)
        let uids = UInt32.random(in: 1...3, using: &random)
        callers = (0...UInt32.random(in: 0..<6, using: &random)).map {
            CallerKey(uid: $0 % uids, callerID: $0 == 0 ? "" : "caller \($0)")
        }
        machine = LaneMachine(Self.settings(&random, streams: withStreams))
    }

    private static func settings(_ random: inout Seeded, streams: Bool) -> LaneSettings {
        var settings = LaneSettings(
            concurrency: Int.random(in: 1..<4, using: &random),
            queueDepthMax: Int.random(in: 0..<24, using: &random),
            queueBytesMax: Int.random(in: 0..<200, using: &random),
            queueWaitMax: .seconds(Int.random(in: 0..<20, using: &random)),
            hold: Bool.random(using: &random) ? .establishment : .completion,
            maxOpenStreams: streams ? Int.random(in: 0..<4, using: &random) : nil,
            cost: LaneCost.allCases.randomElement(using: &random) ?? .requests)
        settings.paused = Int.random(in: 0..<5, using: &random) == 0
        settings.adaptive = Int.random(in: 0..<3, using: &random) == 0
        return settings
    }

    /// Lives through the given number of events, then ends all calls.
    mutating func live(events: Int) throws {
        for _ in 0..<events {
            try happen()
            try check()
        }
        try windDown()
    }

    private mutating func happen() throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<9: try arrive()
        case 9..<13: try free()
        case 13: try establish()
        case 14: try endStream()
        case 15: try leave()
        case 16, 17: try ring()
        case 18: try resize()
        default: try crossed()
        }
    }

    private mutating func windDown() throws {
        if Bool.random(using: &random) {
            try take(machine.drainStarted(at: now))
            try check()
        }
        while !(running.isEmpty && open.isEmpty && waiting.isEmpty) {
            try free()
            try endStream()
            if running.isEmpty && open.isEmpty { try leave() }
            try check()
        }
        let end = machine.look().snapshot(name: "lane", at: now)
        if end.queued + end.queuedBytes + end.running + end.openStreams != 0 {
            throw Broken("something is left behind: \(end)")
        }
    }
}

// MARK: - Events

extension History {
    private mutating func arrive() throws {
        guard let caller = callers.randomElement(using: &random) else { return }
        let stream = withStreams && Bool.random(using: &random)
        let bytes = Int.random(in: 0..<40, using: &random)
        let waitMax = Bool.random(using: &random) ? Duration.seconds(3) : nil
        var job = Job(
            caller: caller, promptBytes: bytes, queueWaitMax: waitMax,
            callerDeadline: deadline(), isStream: stream)
        if withRanks { rank(&job) }
        switch machine.callArrived(job, at: now) {
        case .start(let grant):
            running.append(grant)
        case .refuse(let refusal):
            try expectFull(refusal, job)
        case .wait(let ticket, let until):
            arrivals += 1
            let limit = min(waitMax ?? .seconds(60), machine.settings.queueWaitMax)
            let call = Waiting(
                caller: caller, runID: job.runID, band: job.priority, stream: stream,
                bytes: bytes, arrival: job.isRetry ? -arrivals : arrivals, came: now,
                until: until, leavesByItself: until < now + limit)
            if waiting.updateValue(call, forKey: ticket) != nil { throw Broken("ticket reused") }
            turns.joined(caller, of: caller.uid)
            uidTurns.joined(CallerKey(uid: caller.uid, callerID: ""), of: 0)
        }
    }

    private mutating func deadline() -> Instant? {
        if Int.random(in: 0..<4, using: &random) > 0 { return nil }
        return now + .milliseconds(Int.random(in: 1..<6_000, using: &random))
    }

    private mutating func rank(_ job: inout Job) {
        job.priority = Priority.allCases.randomElement(using: &random) ?? .normal
        job.runID = ["", "run 1", "run 2"].randomElement(using: &random) ?? ""
        job.isRetry = Int.random(in: 0..<8, using: &random) == 0
    }

    private mutating func free() throws {
        guard !running.isEmpty else { return }
        let grant = running.remove(at: Int.random(in: running.indices, using: &random))
        let strains: [Strain] = [.unknown, .well, .well, .overloaded]
        let strain = strains.randomElement(using: &random) ?? .unknown
        try take(machine.slotFreed(grant, tokens(), strain, at: now))
    }

    private mutating func tokens() -> TokensUsed? {
        if Bool.random(using: &random) { return nil }
        return TokensUsed(input: Int.random(in: 0..<5_000, using: &random), output: 7)
    }

    private mutating func establish() throws {
        guard let index = running.firstIndex(where: \.isStream) else { return }
        let (stream, step) = machine.streamEstablished(running.remove(at: index), at: now)
        open.append(stream)
        try take(step)
    }

    private mutating func endStream() throws {
        guard !open.isEmpty else { return }
        let stream = open.remove(at: Int.random(in: open.indices, using: &random))
        try take(machine.streamEnded(stream, tokens(), at: now))
    }

    private mutating func leave() throws {
        guard let ticket = pick() else { return }
        let step = machine.callerLeft(ticket)
        if step != .reply(Reply(ticket: ticket, answer: .refuse(.callerLeft))) {
            throw Broken("a caller left and the step was \(step)")
        }
        try take(step)
    }

    private mutating func ring() throws {
        now += .milliseconds(Int.random(in: 0..<5_000, using: &random))
        let due = waiting.filter { $0.value.until <= now }.sorted {
            $0.value.until < $1.value.until
        }
        for (ticket, call) in due {
            let step = machine.queueClockRang(ticket, at: now)
            guard case .reply(let reply) = step, case .refuse(let refusal) = reply.answer,
                refusal.reason == (call.leavesByItself ? .callerLeft : .queueTimeout)
            else { throw Broken("a queue clock rang and the step was \(step)") }
            try take(step)
        }
    }

    private mutating func resize() throws {
        var settings = machine.settings
        settings.concurrency = Int.random(in: 1..<5, using: &random)
        settings.paused = Int.random(in: 0..<5, using: &random) == 0
        if Int.random(in: 0..<4, using: &random) == 0 { settings.adaptive.toggle() }
        if withRanks {
            settings.cost = LaneCost.allCases.randomElement(using: &random) ?? .tokens
            settings.weights[CallerMatch(uid: 1)] = Double.random(in: 0..<3, using: &random)
        }
        try take(machine.settingsChanged(to: settings, at: now))
    }

    /// A reply and an event about the same call crossed: the event comes too late and does nothing.
    private mutating func crossed() throws {
        guard let ticket = pick() else { return }
        try take(machine.callerLeft(ticket))
        if machine.callerLeft(ticket) != .nothing { throw Broken("a call left twice") }
        if machine.queueClockRang(ticket, at: now) != .nothing {
            throw Broken("rang after leaving")
        }
    }

    // Sorted first, because a dictionary's own order differs from run to run.
    private mutating func pick() -> Ticket? {
        waiting.sorted { $0.value.arrival < $1.value.arrival }.randomElement(using: &random)?.key
    }
}
