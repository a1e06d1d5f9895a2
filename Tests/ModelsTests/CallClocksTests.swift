import Clocks
import Models
import Seeded
import Testing

struct CallClocksTests {
    private let start = Instant.now
    private let limits = CallLimits().attempt(slow: false)
    private let slow = CallLimits().attempt(slow: true)

    private func at(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    @Test func `before the first slot no clock runs`() {
        let clocks = CallClocks(executionTimeout: nil)
        #expect(clocks.deadline == nil)
        #expect(clocks.alarmFired(at: at(1000)) == .ignore)
        #expect(clocks.execution(at: at(1000)) == .zero)
    }

    @Test func `a generate has the execution clock alone`() {
        var clocks = CallClocks(executionTimeout: nil)
        clocks.attemptStarted(at: at(0), waited: .seconds(9), limits: limits, isStream: false)
        #expect(clocks.deadline == at(300))
        #expect(clocks.alarmFired(at: at(299)) == .wait(until: at(300)))
        #expect(clocks.alarmFired(at: at(300)) == .executionTimeout)
        #expect(clocks.queueWait == .seconds(9))
    }

    @Test func `a stream has the first-chunk clock, until it is established`() {
        var clocks = CallClocks(executionTimeout: nil)
        clocks.attemptStarted(at: at(0), waited: .zero, limits: limits, isStream: true)
        #expect(clocks.deadline == at(60))
        #expect(clocks.alarmFired(at: at(60)) == .firstChunkTimeout)
        clocks.established()
        #expect(clocks.deadline == nil)
        #expect(clocks.alarmFired(at: at(900)) == .ignore)
        #expect(clocks.execution(at: at(900)) == .seconds(900))
    }

    @Test func `when both are due the execution clock wins`() {
        var clocks = CallClocks(executionTimeout: .seconds(60))
        clocks.attemptStarted(at: at(0), waited: .zero, limits: limits, isStream: true)
        #expect(clocks.alarmFired(at: at(60)) == .executionTimeout)
    }

    @Test func `a later attempt has what the earlier ones left`() {
        var clocks = CallClocks(executionTimeout: nil)
        clocks.attemptStarted(at: at(0), waited: .zero, limits: limits, isStream: false)
        #expect(clocks.attemptEnded(at: at(100)) == .seconds(100))
        #expect(clocks.deadline == nil)
        clocks.attemptStarted(at: at(500), waited: .seconds(400), limits: limits, isStream: false)
        #expect(clocks.deadline == at(700))
        #expect(clocks.execution(at: at(600)) == .seconds(200))
    }

    @Test func `a chain that reaches a slow provider has its clock from then on`() {
        var clocks = CallClocks(executionTimeout: nil)
        clocks.attemptStarted(at: at(0), waited: .zero, limits: slow, isStream: false)
        clocks.attemptEnded(at: at(600))
        clocks.attemptStarted(at: at(600), waited: .zero, limits: limits, isStream: false)
        #expect(clocks.executionLimit == .seconds(1800))
        #expect(clocks.deadline == at(1800))
    }

    @Test func `the request's own limit overrides every provider's`() {
        var clocks = CallClocks(executionTimeout: .seconds(2))
        clocks.attemptStarted(at: at(0), waited: .zero, limits: slow, isStream: false)
        #expect(clocks.deadline == at(2))
    }

    /// A second, plainer account of the same rules, second by second.
    private struct Account {
        var runs = 0
        var waited = 0
        var budget = 0
        var attempt: (began: Int, firstChunkBy: Int?)?
        var streaming = false

        var due: Int? {
            guard let attempt, !streaming else { return nil }
            let byExecution = attempt.began + budget - runs
            return min(byExecution, attempt.firstChunkBy ?? byExecution)
        }
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func `random histories agree with an account kept by hand`(seed: UInt64) {
        var random = Seeded(seed: seed)
        let asked = Bool.random(using: &random) ? Int.random(in: 1...400, using: &random) : nil
        var clocks = CallClocks(executionTimeout: asked.map { .seconds($0) })
        var account = Account()
        var now = 0
        for _ in 0..<200 {
            now += Int.random(in: 0...90, using: &random)
            step(&clocks, &account, now, asked, &random)
            check(clocks, account, now)
        }
    }

    private func step(
        _ clocks: inout CallClocks, _ account: inout Account, _ now: Int, _ asked: Int?,
        _ random: inout Seeded
    ) {
        switch Int.random(in: 0...3, using: &random) {
        case 0 where account.attempt == nil:
            let (isSlow, isStream) = (Bool.random(using: &random), Bool.random(using: &random))
            let waited = Int.random(in: 0...50, using: &random)
            clocks.attemptStarted(
                at: at(now), waited: .seconds(waited), limits: isSlow ? slow : limits,
                isStream: isStream)
            account.waited += waited
            account.budget = asked ?? max(account.budget, isSlow ? 1800 : 300)
            account.attempt = (now, isStream ? now + (isSlow ? 300 : 60) : nil)
        case 1 where account.attempt != nil:
            let took = clocks.attemptEnded(at: at(now))
            #expect(took == .seconds(now - (account.attempt?.began ?? 0)))
            account.runs += now - (account.attempt?.began ?? 0)
            account.attempt = nil
            account.streaming = false
        case 2 where account.attempt?.firstChunkBy != nil:
            clocks.established()
            account.streaming = true
        default: break
        }
    }

    private func check(_ clocks: CallClocks, _ account: Account, _ now: Int) {
        let began = account.attempt?.began ?? now
        #expect(clocks.queueWait == .seconds(account.waited))
        #expect(clocks.execution(at: at(now)) == .seconds(account.runs + now - began))
        #expect(clocks.deadline == account.due.map(at))
        switch clocks.alarmFired(at: at(now)) {
        case .ignore: #expect(account.due == nil)
        case .wait(let until): #expect(until > at(now))
        case .firstChunkTimeout:
            #expect((account.attempt?.firstChunkBy ?? .max) <= now)
        case .executionTimeout:
            #expect(account.runs + now - began >= account.budget)
        }
    }
}
