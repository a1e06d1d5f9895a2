import Clocks
import Testing

@testable import Lanes

/// The rules by which a slot that comes free finds its call, one by one.
struct SchedulerTests {
    let start = Instant.now

    /// Queues the jobs behind one running call, in a lane that counts requests, then frees the slot
    /// until all have run.
    ///
    /// - Returns: the positions of the jobs, in the order they were served.
    private func order(of jobs: [Job], waiting: Duration = .zero) -> [Int] {
        var machine = LaneMachine(LaneSettings(concurrency: 1, cost: .requests))
        var running = machine.callArrived(.of("holder", uid: 99), at: start).grant
        var places: [Ticket: Int] = [:]
        for (place, job) in jobs.enumerated() {
            guard let ticket = machine.callArrived(job, at: start).ticket else { continue }
            places[ticket] = place
        }
        var order: [Int] = []
        while let grant = running {
            let reply = machine.slotFreed(grant, at: start + waiting).replies.first
            running = reply?.grant
            order += reply.flatMap { places[$0.ticket] }.map { [$0] } ?? []
        }
        machine.deepInvariants()
        return order
    }

    @Test func `bands are strict`() {
        let jobs = Priority.allCases.reversed().map { Job.of("a", priority: $0) }
        #expect(order(of: jobs) == [3, 2, 1, 0])
    }

    @Test func `a call does not wait behind its caller's less urgent ones`() {
        let jobs = [
            Job.of("a", priority: .batch), .of("a", priority: .batch), .of("a", priority: .system),
        ]
        #expect(order(of: jobs) == [2, 0, 1])
    }

    @Test func `runs of one caller take turns`() {
        let jobs = ["x", "x", "x", "y", "y", ""].map { Job.of("a", run: $0) }
        #expect(order(of: jobs) == [0, 3, 5, 1, 4, 2])
    }

    @Test func `runs do not multiply a caller's share`() {
        let jobs = ["x", "y", "z"].map { Job.of("a", run: $0) } + [Job.of("b"), .of("b")]
        #expect(order(of: jobs) == [0, 3, 1, 4, 2])
    }

    @Test func `a retry goes before all its caller has waiting and before nobody else`() {
        let jobs = [
            Job.of("a", run: "x"), .of("b"), .of("a", run: "y"), .of("a", run: "y", retry: true),
        ]
        #expect(order(of: jobs) == [3, 1, 0, 2])
    }

    @Test func `uids share before caller ids do`() {
        let jobs = [
            Job.of("a", uid: 1), .of("b", uid: 1), .of("c", uid: 1), .of("", uid: 2),
            .of("", uid: 2),
        ]
        #expect(order(of: jobs) == [0, 3, 1, 4, 2])
    }

    @Test func `one dispatch in four goes to a head that has waited long enough`() {
        let batch = (0..<2).map { _ in Job.of("old", priority: .batch) }
        let urgent = (0..<8).map { _ in Job.of("new", priority: .system) }
        // 120 s to default, 30 s to interactive, 5 s to system.
        #expect(order(of: batch + urgent, waiting: .seconds(60)) == [2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        #expect(order(of: batch + urgent, waiting: .seconds(154)).prefix(8).allSatisfy { $0 > 1 })
        #expect(
            order(of: batch + urgent, waiting: .seconds(155)) == [0, 2, 3, 4, 1, 5, 6, 7, 8, 9])
    }

    @Test func `a head is lifted band by band`() {
        let second: Int64 = 1_000_000_000
        #expect(Aging.band(from: 3, waited: 119 * second) == 3)
        #expect(Aging.band(from: 3, waited: 120 * second) == 2)
        #expect(Aging.band(from: 3, waited: 150 * second) == 1)
        #expect(Aging.band(from: 3, waited: 155 * second) == 0)
        #expect(Aging.band(from: 2, waited: 29 * second) == 2)
        #expect(Aging.band(from: 1, waited: 5 * second) == 0)
        #expect(Aging.band(from: 0, waited: 500 * second) == 0)
    }

    @Test func `a lane that changes its unit starts all shares over`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1, cost: .slotSeconds))
        guard let first = machine.callArrived(.of("a"), at: start).grant else { return }
        var names: [Ticket: String] = [:]
        for name in ["a", "a", "b", "b"] {
            machine.callArrived(.of(name), at: start).ticket.map { names[$0] = name }
        }
        _ = machine.settingsChanged(to: LaneSettings(concurrency: 1, cost: .requests), at: start)
        machine.deepInvariants()
        var (order, running) = ("", Optional(first))
        while let grant = running {
            let reply = machine.slotFreed(grant, at: start + .seconds(100)).replies.first
            running = reply?.grant
            order += reply.flatMap { names[$0.ticket] } ?? ""
        }
        #expect(order == "abab")
    }

    @Test func `callers without calls are remembered up to a bound`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1))
        for id in 0..<3_000 {
            guard let grant = machine.callArrived(.of("id \(id)"), at: start).grant else { return }
            _ = machine.slotFreed(grant, at: start)
        }
        machine.deepInvariants()
        #expect(machine.callersKnown == Callers.idleMax)
    }

    @Test func `a failed call without a word about its tokens is charged what it was guessed at`() {
        var machine = LaneMachine(LaneSettings(concurrency: 1, cost: .tokens))
        var running = machine.callArrived(.of("a"), at: start).grant
        var names: [Ticket: String] = [:]
        for name in ["a", "a", "b", "b"] {
            machine.callArrived(.of(name), at: start).ticket.map { names[$0] = name }
        }
        var order = ""
        while let grant = running {
            let reply = machine.slotFreed(grant, nil, at: start).replies.first
            running = reply?.grant
            order += reply.flatMap { names[$0.ticket] } ?? ""
        }
        #expect(order == "baba")
    }
}
