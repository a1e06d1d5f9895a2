import Clocks
import Seeded
import Testing

@testable import Lanes

/// Calls by the hundred thousand through the machine, three in ten cancelled in whatever phase they
/// are in, while the lane is made wider, narrower and paused under them.
struct CancelStormTests {
    /// `LANEWAY_STORM_CALLS=1000000` sends so many.
    @Test func `a storm of cancelled calls leaves nothing behind`() {
        let calls = Int(Seeded.number("LANEWAY_STORM_CALLS") ?? 200_000)
        var storm = Storm(seed: 1)
        for _ in 0..<calls { storm.callComes() }
        storm.passes()
        let end = storm.machine.look().snapshot(name: "storm", at: storm.now)
        #expect(storm.refused + storm.started + storm.leftQueue == calls)
        #expect(end.started == storm.started)
        #expect(end.refusals.values.reduce(0, +) == storm.refused + storm.leftQueue)
        #expect(storm.cancelled > calls / 5, "a storm in which few are cancelled proves little")
        #expect(storm.leftQueue > calls / 20, "nor one in which few leave the queue")
        #expect([end.running, end.openStreams, end.queued, end.queuedBytes] == [0, 0, 0, 0])
        #expect(end.leakedSlots == 0 && end.callers.isEmpty)
        #expect(storm.machine.callersKnown <= Callers.idleMax)
    }

    private struct Storm: ~Copyable {
        var machine = LaneMachine(LaneSettings(concurrency: 16))
        var now = Instant.now
        private var random: Seeded
        private var waiting = Bag()
        private var running: [Grant] = []
        private var open: [OpenGrant] = []
        private(set) var refused = 0
        private(set) var started = 0
        private(set) var leftQueue = 0
        private(set) var cancelled = 0

        init(seed: UInt64) {
            random = Seeded(seed: seed)
        }

        mutating func callComes() {
            now += .microseconds(Int.random(in: 0..<50, using: &random))
            let job = Job(
                caller: CallerKey(uid: UInt32.random(in: 1...3, using: &random), callerID: name()),
                priority: Priority.allCases.randomElement(using: &random) ?? .normal,
                promptBytes: 100, isStream: Bool.random(using: &random))
            switch machine.callArrived(job, at: now) {
            case .start(let grant): start(grant)
            case .wait(let ticket, _): waiting.insert(ticket)
            case .refuse: refused += 1
            }
            if Int.random(in: 0..<100, using: &random) < 30 { callIsCancelled() }
            while running.count + open.count > 60 { callEnds() }
            if Int.random(in: 0..<500, using: &random) == 0 { laneChanges() }
        }

        /// The lane works again and all calls come to their ends.
        mutating func passes() {
            take(machine.settingsChanged(to: LaneSettings(concurrency: 4), at: now))
            while !(waiting.isEmpty && running.isEmpty && open.isEmpty) { callEnds() }
        }

        private mutating func name() -> String {
            let number = Int.random(in: 0..<5_000, using: &random)
            return number < 2_500 ? "" : "caller \(number)"
        }

        private mutating func start(_ grant: Grant) {
            started += 1
            running.append(grant)
        }

        private mutating func take(_ step: Step) {
            for reply in step.replies {
                let known = waiting.remove(reply.ticket)
                precondition(known, "a call was answered twice")
                switch reply.answer {
                case .start(let grant): start(grant)
                case .refuse: leftQueue += 1
                }
            }
        }

        private mutating func callIsCancelled() {
            let before = (waiting.count, running.count, open.count)
            defer { if before != (waiting.count, running.count, open.count) { cancelled += 1 } }
            // Half of them in the queue, where there is most to undo.
            if Bool.random(using: &random), let ticket = waiting.pick(using: &random) {
                take(machine.callerLeft(ticket))
            } else {
                callEnds()
            }
        }

        private mutating func callEnds() {
            now += .microseconds(Int.random(in: 0..<200, using: &random))
            if !open.isEmpty, running.isEmpty || Bool.random(using: &random) {
                let place = Int.random(in: open.indices, using: &random)
                open.swapAt(place, open.count - 1)
                take(machine.streamEnded(open.removeLast(), at: now))
            } else if !running.isEmpty {
                let place = Int.random(in: running.indices, using: &random)
                running.swapAt(place, running.count - 1)
                runningEnds(running.removeLast())
            }
        }

        private mutating func runningEnds(_ grant: Grant) {
            if grant.isStream, Int.random(in: 0..<4, using: &random) > 0 {
                let (stream, step) = machine.streamEstablished(grant, at: now)
                open.append(stream)
                take(step)
            } else {
                take(machine.slotFreed(grant, at: now))
            }
        }

        private mutating func laneChanges() {
            var settings = machine.settings
            settings.concurrency = Int.random(in: 1...32, using: &random)
            settings.paused = Int.random(in: 0..<4, using: &random) == 0
            take(machine.settingsChanged(to: settings, at: now))
        }
    }
}

/// Tickets to draw from, in an order that is the same in every process.
private struct Bag {
    private var tickets: [Ticket] = []
    private var places: [Ticket: Int] = [:]

    var isEmpty: Bool { tickets.isEmpty }
    var count: Int { tickets.count }

    mutating func insert(_ ticket: Ticket) {
        places[ticket] = tickets.count
        tickets.append(ticket)
    }

    func pick(using random: inout Seeded) -> Ticket? { tickets.randomElement(using: &random) }

    /// - Returns: false when it is not there.
    mutating func remove(_ ticket: Ticket) -> Bool {
        guard let place = places.removeValue(forKey: ticket) else { return false }
        let last = tickets.removeLast()
        if last != ticket {
            tickets[place] = last
            places[last] = place
        }
        return true
    }
}
