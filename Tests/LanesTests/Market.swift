import Clocks

@testable import Lanes

/// Callers competing for one lane in made-up time: calls are put in, run for as long as they say,
/// and what each caller got is counted in the lane's own unit.
struct Market: ~Copyable {
    private var machine: LaneMachine
    private let cost: LaneCost
    private(set) var now = Instant.now
    private var waiting: [Ticket: Call] = [:]
    private var running: [(call: Call, grant: Grant, until: Instant)] = []
    /// What callers have had, by name: milliseconds, calls or tokens.
    private(set) var served: [String: Double] = [:]
    /// The names of those served, in order.
    private(set) var order: [String] = []
    private(set) var longestWait: [String: Duration] = [:]

    struct Call {
        var name: String
        var key: CallerKey
        var milliseconds: Int
    }

    init(_ cost: LaneCost, weights: [CallerMatch: Double] = [:]) {
        self.cost = cost
        machine = LaneMachine(
            LaneSettings(
                concurrency: 1, queueDepthMax: 10_000, queueBytesMax: 1 << 40,
                queueWaitMax: .seconds(100_000), cost: cost, weights: weights))
    }

    mutating func put(_ name: String, uid: UInt32 = 1, id: String? = nil, takes milliseconds: Int) {
        let key = CallerKey(uid: uid, callerID: id ?? name)
        let call = Call(name: name, key: key, milliseconds: milliseconds)
        switch machine.callArrived(Job(caller: key, promptBytes: 1), at: now) {
        case .start(let grant): start(call, grant)
        case .wait(let ticket, _): waiting[ticket] = call
        case .refuse: break
        }
    }

    /// Lets the next call end.
    ///
    /// - Returns: the call; nil when none runs.
    mutating func endNext() -> Call? {
        guard let first = running.indices.min(by: { running[$0].until < running[$1].until }) else {
            return nil
        }
        let (call, grant, until) = running.remove(at: first)
        now = max(now, until)
        served[call.name, default: 0] += price(call)
        let used = TokensUsed(input: call.milliseconds, output: 0)
        for reply in machine.slotFreed(grant, used, at: now).replies {
            guard let next = waiting.removeValue(forKey: reply.ticket), let grant = reply.grant
            else { continue }
            start(next, grant)
        }
        return call
    }

    mutating func wait(until moment: Instant) {
        now = max(now, moment)
    }

    func isOver(at moment: Instant) -> Bool {
        running.isEmpty || running.allSatisfy { $0.until > moment }
    }

    var isIdle: Bool { running.isEmpty }

    private mutating func start(_ call: Call, _ grant: Grant) {
        order.append(call.name)
        longestWait[call.name] = max(longestWait[call.name] ?? .zero, grant.waited)
        running.append((call, grant, now + .milliseconds(call.milliseconds)))
    }

    /// What the call costs in the lane's unit.
    func price(_ call: Call) -> Double {
        cost == .requests ? 1 : Double(call.milliseconds)
    }

    func price(milliseconds: Int) -> Double {
        cost == .requests ? 1 : Double(milliseconds)
    }
}

/// 1 where all have the same, 1/n where one has all (Jain, Chiu, Hawe, 1984).
func jainIndex(_ values: [Double]) -> Double {
    let (sum, squares) = values.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    return sum * sum / (Double(values.count) * squares)
}
