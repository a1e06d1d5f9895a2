import Clocks

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
    private var machine: LaneMachine
    private var random: Seeded
    private var now = Instant.now
    private let callers: [String]
    private let withStreams: Bool

    private var waiting: [Ticket: Waiting] = [:]
    private var running: [Grant] = []
    private var open: [OpenGrant] = []
    private var turns = Turns()
    private var arrivals = 0
    private var runningBefore = 0
    private(set) var dispatched = 0

    private struct Waiting {
        var caller: String
        var stream: Bool
        var bytes: Int
        var arrival: Int
        var until: Instant
    }

    init(seed: UInt64) {
        random = Seeded(seed: seed)
        withStreams = Bool.random(using: &random)
        callers = (0...Int.random(in: 0..<5, using: &random)).map { "caller \($0)" }
        machine = LaneMachine(Self.settings(&random, streams: withStreams))
    }

    private static func settings(_ random: inout Seeded, streams: Bool) -> LaneSettings {
        LaneSettings(
            concurrency: Int.random(in: 0..<4, using: &random),
            queueDepthMax: Int.random(in: 0..<24, using: &random),
            queueBytesMax: Int.random(in: 0..<200, using: &random),
            queueWaitMax: .seconds(Int.random(in: 0..<20, using: &random)),
            hold: Bool.random(using: &random) ? .establishment : .completion,
            openStreamsMax: streams ? Int.random(in: 0..<4, using: &random) : nil)
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
            try take(machine.drainStarted())
            try check()
        }
        while !(running.isEmpty && open.isEmpty && waiting.isEmpty) {
            try free()
            try endStream()
            if running.isEmpty && open.isEmpty { try leave() }
            try check()
        }
        let end = machine.snapshot(name: "lane")
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
        let job = Job.of(caller, bytes: bytes, waitMax: waitMax, stream: stream)
        switch machine.callArrived(job, at: now) {
        case .start(let grant):
            running.append(grant)
        case .refuse(let refusal):
            try expectFull(refusal, caller: caller, bytes: bytes)
        case .wait(let ticket, let until):
            arrivals += 1
            let call = Waiting(
                caller: caller, stream: stream, bytes: bytes, arrival: arrivals, until: until)
            if waiting.updateValue(call, forKey: ticket) != nil { throw Broken("ticket reused") }
            turns.joined(caller)
        }
    }

    private mutating func free() throws {
        guard !running.isEmpty else { return }
        let grant = running.remove(at: Int.random(in: running.indices, using: &random))
        try take(machine.slotFreed(grant, at: now))
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
        try take(machine.streamEnded(stream, at: now))
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
        now += .milliseconds(Int.random(in: 0..<2_000, using: &random))
        let due = waiting.filter { $0.value.until <= now }.sorted {
            $0.value.until < $1.value.until
        }
        for (ticket, _) in due {
            let step = machine.queueClockRang(ticket, at: now)
            guard case .reply(let reply) = step, case .refuse(.queueTimeout) = reply.answer else {
                throw Broken("a queue clock rang and the step was \(step)")
            }
            try take(step)
        }
    }

    private mutating func resize() throws {
        var settings = machine.settings
        settings.concurrency = Int.random(in: 0..<5, using: &random)
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

// MARK: - The model

extension History {
    private mutating func take(_ step: Step) throws {
        for reply in step.replies {
            guard let call = waiting[reply.ticket] else { throw Broken("answered twice: \(reply)") }
            if case .start(let grant) = reply.answer {
                try expectFirst(call)
                if !withStreams { try turns.took(call.caller) }
                running.append(grant)
                dispatched += 1
            }
            waiting[reply.ticket] = nil
            if !waiting.values.contains(where: { $0.caller == call.caller }) {
                turns.emptied(call.caller)
            }
        }
    }

    private func expectFirst(_ call: Waiting) throws {
        for other in waiting.values
        where other.caller == call.caller && other.stream == call.stream
            && other.arrival < call.arrival
        {
            throw Broken("\(call.caller): call \(call.arrival) overtook \(other.arrival)")
        }
    }

    private func expectFull(_ refusal: LaneRefusal, caller: String, bytes: Int) throws {
        let limits = machine.settings
        let own = waiting.values.filter { $0.caller == caller }
        let ownBytes = own.reduce(bytes) { $0 + $1.bytes }
        let allBytes = waiting.values.reduce(bytes) { $0 + $1.bytes }
        let full =
            switch refusal.reason {
            case .queueFull: waiting.count >= limits.queueDepthMax
            case .callerQueueFull: own.count >= limits.callerQueueDepthMax
            case .queueBytesFull: allBytes > limits.queueBytesMax
            case .callerQueueBytesFull: ownBytes > limits.callerQueueBytesMax
            case .queueTimeout, .callerLeft, .shuttingDown: false
            }
        if !full { throw Broken("refused without need: \(refusal)") }
    }

    private mutating func check() throws {
        machine.deepInvariants()
        let limits = machine.settings
        let holding = open.filter(\.holdsSlot).count
        let seen = machine.snapshot(name: "lane")
        if seen.running != running.count + holding { throw Broken("running: \(seen)") }
        if seen.openStreams != open.count { throw Broken("open streams: \(seen)") }
        if seen.queued != waiting.count { throw Broken("queued: \(seen)") }
        if seen.queuedBytes != waiting.values.reduce(0, { $0 + $1.bytes }) {
            throw Broken("queued bytes: \(seen)")
        }
        if seen.running > limits.concurrency && seen.running > runningBefore {
            throw Broken("\(seen.running) run in \(limits.concurrency) slots")
        }
        runningBefore = seen.running
        try expectBusy(seen)
    }

    private func expectBusy(_ seen: LaneSnapshot) throws {
        if seen.running >= machine.settings.concurrency { return }
        let streams = open.count + running.filter(\.isStream).count
        let roomForStream = streams < machine.settings.openStreamsMax
        if waiting.values.contains(where: { !$0.stream || roomForStream }) {
            throw Broken("a slot stands idle while a call waits: \(seen)")
        }
    }
}

/// How often each backlogged caller was served since another became backlogged too.
private struct Turns {
    private var ahead: [String: [String: Int]] = [:]

    mutating func joined(_ caller: String) {
        if ahead[caller] != nil { return }
        for other in ahead.keys { ahead[other]?[caller] = 0 }
        ahead[caller] = ahead.mapValues { _ in 0 }
    }

    mutating func emptied(_ caller: String) {
        ahead[caller] = nil
        for other in ahead.keys { ahead[other]?[caller] = nil }
    }

    mutating func took(_ caller: String) throws {
        for other in ahead.keys where other != caller {
            ahead[caller]?[other, default: 0] += 1
            ahead[other]?[caller, default: 0] -= 1
            if let lead = ahead[caller]?[other], abs(lead) > 1 {
                throw Broken("\(caller) is \(lead) turns ahead of \(other)")
            }
        }
    }
}
