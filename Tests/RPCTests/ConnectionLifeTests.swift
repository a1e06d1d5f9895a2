import Clocks
import Testing
import Wire

@testable import RPC

/// How long a connection may do what.
@Suite struct ConnectionLifeTests {
    private static let start = Instant.origin + .seconds(1_000)

    private static func limits(
        _ change: (inout ConnectionLimits) -> Void = { _ in }
    ) -> ConnectionLimits {
        var limits = ConnectionLimits()
        change(&limits)
        return limits
    }

    /// A connection whose preface has come.
    private static func life(
        _ change: (inout ConnectionLimits) -> Void = { _ in }
    ) -> ConnectionLife {
        var life = ConnectionLife(limits(change), at: start)
        _ = life.heard(at: start)
        life.opened()
        return life
    }

    private static func at(_ seconds: Double) -> Instant { start + .seconds(seconds) }

    private static func code(_ steps: [ConnectionLife.Step]) -> HTTP2ErrorCode? {
        if case .close(let code, _)? = steps.last { code } else { nil }
    }

    // MARK: Preface and header blocks

    @Test func `a preface that is not whole in time ends the connection`() {
        var life = ConnectionLife(Self.limits(), at: Self.start)
        #expect(life.nextTick(after: Self.start) == Self.at(10))
        #expect(life.tick(at: Self.at(9.999)) == [])
        #expect(Self.code(life.tick(at: Self.at(10))) == .enhanceYourCalm)
    }

    @Test func `bytes alone are no preface`() {
        var life = ConnectionLife(Self.limits(), at: Self.start)
        for second in 1...9 { _ = life.heard(at: Self.at(Double(second))) }
        #expect(Self.code(life.tick(at: Self.at(10))) == .enhanceYourCalm)
    }

    @Test func `a connection that has opened may be silent`() {
        var life = Self.life()
        #expect(life.tick(at: Self.at(3_600)) == [])
    }

    @Test func `a header block has five seconds from its first frame, however it drips`() {
        var life = Self.life()
        let didStart = life.blockIsOpen(1, at: Self.at(1))
        #expect(didStart)
        for second in 2...5 {
            _ = life.heard(at: Self.at(Double(second)))
            let didStartAgain = life.blockIsOpen(1, at: Self.at(Double(second)))
            #expect(!didStartAgain)
        }
        #expect(life.nextTick(after: Self.at(5)) == Self.at(6))
        #expect(life.tick(at: Self.at(5.999)) == [])
        #expect(Self.code(life.tick(at: Self.at(6))) == .enhanceYourCalm)
    }

    @Test func `each block has its own five seconds, and one that is whole has all it needs`() {
        var life = Self.life()
        _ = life.blockIsOpen(1, at: Self.at(0))
        let didStart = life.blockIsOpen(2, at: Self.at(4))
        #expect(didStart)
        #expect(life.tick(at: Self.at(8)) == [])
        let isOpen = life.blockIsOpen(nil, at: Self.at(8))
        #expect(!isOpen)
        #expect(life.tick(at: Self.at(100)) == [])
    }

    // MARK: Our pings

    @Test func `a silent peer is asked for a sign of life, and cut off without one`() {
        var life = Self.life()
        #expect(life.tick(at: Self.at(7_199)) == [])
        #expect(life.tick(at: Self.at(7_200)) == [.ping])
        #expect(life.nextTick(after: Self.at(7_200)) == Self.at(7_220))
        #expect(life.tick(at: Self.at(7_219)) == [])
        #expect(Self.code(life.tick(at: Self.at(7_220))) == .noError)
    }

    @Test func `any word is a sign of life`() {
        var life = Self.life()
        _ = life.tick(at: Self.at(7_200))
        _ = life.heard(at: Self.at(7_210))
        #expect(life.tick(at: Self.at(7_230)) == [])
        #expect(life.tick(at: Self.at(14_410)) == [.ping])
    }

    // MARK: The peer's pings

    @Test func `two pings too many are two strikes, and the third is too many`() {
        var life = Self.life()
        let verdicts = (0..<4).map { life.pingCame(at: Self.at(Double($0))) }
        #expect(verdicts == [false, false, false, true])
    }

    @Test func `pings at the interval are no strikes, with a call and without`() {
        var idle = Self.life()
        var busy = Self.life()
        busy.callBegan()
        for round in 0..<20 {
            let wasIdleRefused = idle.pingCame(at: Self.at(Double(round) * 7_200))
            let wasBusyRefused = busy.pingCame(at: Self.at(Double(round) * 300))
            #expect(!wasIdleRefused && !wasBusyRefused)
        }
    }

    @Test func `without a call the interval is the longer one`() {
        var life = Self.life()
        life.callBegan()
        life.lastCallEnded(at: Self.at(0))
        let verdicts = (0..<4).map { life.pingCame(at: Self.at(Double($0) * 300)) }
        #expect(verdicts == [false, false, false, true])
    }

    @Test func `strikes are forgiven when something was sent`() {
        var life = Self.life()
        for round in 0..<100 {
            let verdicts = (0..<3).map {
                life.pingCame(at: Self.at(Double(round) + Double($0) / 9))
            }
            #expect(verdicts == [false, false, false])
            life.sent()
        }
    }

    // MARK: Idle and age

    @Test func `a connection without a call is drained, and ended after its grace`() {
        var life = Self.life { $0.idle = .seconds(60) }
        #expect(life.nextTick(after: Self.start) == Self.at(60))
        #expect(life.tick(at: Self.at(59)) == [])
        #expect(life.tick(at: Self.at(60)) == [.drain])
        #expect(life.tick(at: Self.at(61)) == [])
    }

    @Test func `a call stops the idle clock, and its end starts it anew`() {
        var life = Self.life { $0.idle = .seconds(60) }
        life.callBegan()
        #expect(life.tick(at: Self.at(500)) == [])
        life.lastCallEnded(at: Self.at(500))
        #expect(life.nextTick(after: Self.at(500)) == Self.at(560))
        #expect(life.tick(at: Self.at(559)) == [])
        #expect(life.tick(at: Self.at(560)) == [.drain])
    }

    @Test func `an old connection is drained whatever runs on it, and ended after its grace`() {
        var life = Self.life {
            $0.age = .seconds(100)
            $0.ageGrace = .seconds(30)
        }
        life.callBegan()
        #expect(life.tick(at: Self.at(99)) == [])
        #expect(life.tick(at: Self.at(100)) == [.drain])
        #expect(life.nextTick(after: Self.at(100)) == Self.at(130))
        #expect(life.tick(at: Self.at(129)) == [])
        #expect(Self.code(life.tick(at: Self.at(130))) == .noError)
        #expect(life.tick(at: Self.at(131)) == [])
    }

    @Test func `without limits a connection lives for ever`() {
        var life = Self.life()
        var now = Self.start
        for _ in 0..<10 {
            now += .seconds(7_000)
            _ = life.heard(at: now)
            #expect(life.tick(at: now) == [])
        }
    }

    // MARK: Periods and ticks

    @Test func `a period of counting begins every ten seconds of talk`() {
        var life = Self.life()
        let verdicts = [1, 9, 10, 11, 19, 20, 45].map { life.heard(at: Self.at($0)) }
        #expect(verdicts == [false, false, true, false, false, true, true])
    }

    @Test func `the next tick is never in the past, whatever is overdue`() {
        var life = ConnectionLife(
            Self.limits {
                $0.idle = .seconds(1)
                $0.age = .seconds(2)
                $0.ageGrace = .zero
            }, at: Self.start)
        _ = life.blockIsOpen(1, at: Self.start)
        for seconds in stride(from: 0.0, through: 9_000, by: 7.5) {
            let now = Self.at(seconds)
            #expect(life.nextTick(after: now) >= now + .milliseconds(10))
            _ = life.tick(at: now)
            #expect(life.nextTick(after: now) >= now + .milliseconds(10))
        }
    }
}
