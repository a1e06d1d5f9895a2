import Clocks
import Lanes

/// A lane machine whose callers always have calls waiting, on a clock that is only counted.
///
/// One turn is a call's whole life in a busy lane: a slot is freed, the next call is dispatched into
/// it, and the caller that was served has its next call enqueued.
struct BusyLane: ~Copyable {
    private var machine: LaneMachine
    private let names: [String]
    private let services: [Duration]
    /// Whose call waits at a place.
    private var callers: [Int32] = []
    private var running: [Grant] = []
    private var now = Instant.origin
    private(set) var turns = 0

    /// Two calls of each caller wait at any time; four run.
    ///
    /// - Parameter varying: services of 1 to 1,000 ms; else all take 1 ms.
    init(callers count: Int, varying: Bool) {
        machine = LaneMachine(LaneSettings(concurrency: 4, queueDepthMax: 4 * count + 16))
        names = (0..<count).map { "caller-\($0)" }
        // A prime many, so that a caller's calls do not all take the same.
        services = (0..<10_007).map { .milliseconds(varying ? $0 * 7_919 % 1_000 + 1 : 1) }
        callers = Array(repeating: 0, count: 2 * count + 16)
        for _ in 0..<2 { for caller in 0..<count { enqueue(caller) } }
        for caller in 0..<4 { enqueue(caller % count) }
    }

    private mutating func enqueue(_ caller: Int) {
        let key = CallerKey(uid: 1000, callerID: names[caller])
        switch machine.callArrived(Job(caller: key, promptBytes: 100), at: now) {
        case .start(let grant): running.append(grant)
        case .wait(let ticket, _): callers[Int(ticket.index)] = Int32(caller)
        case .refuse(let refusal): fatalError("a bench without room: \(refusal)")
        }
    }

    mutating func turn() {
        now += services[turns % services.count]
        let slot = turns & 3
        guard case .reply(let reply) = machine.slotFreed(running[slot], at: now),
            case .start(let grant) = reply.answer
        else { fatalError("a call waits, and the free slot went to nobody") }
        running[slot] = grant
        enqueue(Int(callers[Int(reply.ticket.index)]))
        turns += 1
    }
}
