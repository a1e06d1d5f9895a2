import Clocks
import Seeded
import Synchronization
import Testing

/// What fired, in order.
final class Fired: Sendable {
    private let names = Mutex<[Int]>([])

    var all: [Int] { names.withLock { $0 } }

    func note(_ name: Int) -> @Sendable () -> Void {
        { self.names.withLock { $0.append(name) } }
    }
}

struct TimerWheelTests {
    let start = Instant.now
    let fired = Fired()

    private func run(_ due: [TimerWheel.Fire]) {
        for fire in due { fire() }
    }

    @Test func `an alarm fires within a tick of its deadline and never before`() {
        var wheel = TimerWheel(startingAt: start)
        wheel.add(at: start + .milliseconds(12), fired.note(1))
        #expect(wheel.advance(to: start + .milliseconds(12)).isEmpty)
        #expect(wheel.nextDeadline == start + .milliseconds(15))
        run(wheel.advance(to: start + .milliseconds(15)))
        #expect(fired.all == [1])
        #expect(wheel.count == 0)
        #expect(wheel.nextDeadline == nil)
    }

    @Test func `a deadline on a tick fires on that tick`() {
        var wheel = TimerWheel(startingAt: start)
        wheel.add(at: start + .milliseconds(10), fired.note(1))
        #expect(wheel.advance(to: start + .nanoseconds(9_999_999)).isEmpty)
        #expect(wheel.advance(to: start + .milliseconds(10)).count == 1)
    }

    @Test func `an alarm in the past fires on the next tick`() {
        var wheel = TimerWheel(startingAt: start)
        #expect(wheel.advance(to: start + .seconds(9)).isEmpty)
        wheel.add(at: start - .seconds(3), fired.note(1))
        #expect(wheel.nextDeadline == start + .milliseconds(9_005))
        #expect(wheel.advance(to: start + .milliseconds(9_005)).count == 1)
    }

    @Test func `a cancelled alarm never fires and its id stays dead when the place is reused`() {
        var wheel = TimerWheel(startingAt: start)
        let old = wheel.add(at: start + .milliseconds(10), fired.note(1)).id
        #expect(wheel.cancel(old) != nil)
        #expect(wheel.cancel(old) == nil)
        let new = wheel.add(at: start + .milliseconds(10), fired.note(2)).id
        #expect(new != old)
        #expect(wheel.cancel(old) == nil)
        run(wheel.advance(to: start + .seconds(1)))
        #expect(fired.all == [2])
        #expect(wheel.cancel(new) == nil)
        #expect(wheel.cancel(AlarmID(raw: .max)) == nil)
    }

    @Test func `the memory of many alarms goes with them, though a few stay and are set anew`() {
        var wheel = TimerWheel(startingAt: start)
        let crowd = (0..<10_000).map { wheel.add(at: start + .seconds(60), fired.note($0)).id }
        let atMost = wheel.capacity
        var last = crowd[9_999]
        for id in crowd.dropLast().shuffled() { #expect(wheel.cancel(id) != nil) }
        #expect(wheel.count == 1)
        // The one that stays stands at the far end until it is set anew.
        #expect(wheel.cancel(last) != nil)
        last = wheel.add(at: start + .seconds(60), fired.note(-1)).id
        #expect(wheel.capacity < atMost / 4)
        for id in crowd { #expect(wheel.cancel(id) == nil) }
        let again = (0..<10_000).map { wheel.add(at: start + .seconds(60), fired.note($0)).id }
        #expect(Set(again).isDisjoint(with: crowd))
        for id in crowd { #expect(wheel.cancel(id) == nil) }
        #expect(wheel.count == 10_001)
        #expect(wheel.cancel(last) != nil)
        run(wheel.advance(to: start + .seconds(61)))
        #expect(fired.all.sorted() == Array(0..<10_000))
    }

    @Test func `deadlines of days keep their order and their tick`() {
        var wheel = TimerWheel(startingAt: start)
        for days in [40, 3, 400, 1] {
            wheel.add(at: start + .seconds(days * 86_400), fired.note(days))
        }
        run(wheel.advance(to: start + .seconds(86_400) - .milliseconds(1)))
        #expect(fired.all == [])
        run(wheel.advance(to: start + .seconds(86_400)))
        #expect(fired.all == [1])
        run(wheel.advance(to: start + .seconds(500 * 86_400)))
        #expect(fired.all == [1, 3, 40, 400])
    }

    @Test func `a deadline beyond the rings waits for centuries and can be cancelled`() {
        var wheel = TimerWheel(startingAt: start)
        let id = wheel.add(at: start + .seconds(1 << 40), fired.note(1)).id
        #expect(wheel.advance(to: start + .seconds(600 * 365 * 86_400)).isEmpty)
        #expect(wheel.cancel(id) != nil)
    }

    @Test func `following the next deadline wakes a handful of times for a far alarm`() {
        var wheel = TimerWheel(startingAt: start)
        wheel.add(at: start + .seconds(300), fired.note(1))
        var wakeUps = 0
        while let next = wheel.nextDeadline {
            wakeUps += 1
            run(wheel.advance(to: next))
        }
        #expect(fired.all == [1])
        #expect(wakeUps <= 4)
    }

    @Test(arguments: Seeded.seeds(300))
    func `random alarms fire once, in their tick, unless they were cancelled`(seed: UInt64) {
        var random = Seeded(seed: seed)
        let tick = Duration.milliseconds(1 + seed.hashValue & 7)
        // Half of them let places go all the time.
        var wheel = TimerWheel(
            startingAt: start, tick: tick, placesKept: Bool.random(using: &random) ? 2 : 512)
        var now = start
        var waiting: [Int: (id: AlarmID, deadline: Instant, set: Instant)] = [:]
        for name in 0..<400 {
            let reach = Int64(1) << Int64.random(in: 0...36, using: &random)
            let deadline = now + .microseconds(Int64.random(in: -9...reach, using: &random))
            waiting[name] = (wheel.add(at: deadline, fired.note(name)).id, deadline, now)
            if Bool.random(using: &random), let victim = waiting.randomElement(using: &random) {
                #expect(wheel.cancel(victim.value.id) != nil)
                waiting[victim.key] = nil
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                let before = fired.all.count
                let jump = Int64(1) << Int64.random(in: 0...34, using: &random)
                now += .microseconds(Int64.random(in: 0...jump, using: &random))
                run(wheel.advance(to: now))
                for fired in fired.all[before...] {
                    let alarm = waiting.removeValue(forKey: fired)
                    #expect(alarm.map { $0.deadline <= now } == true, "seed \(seed)")
                }
                for late in waiting.values {
                    #expect(max(late.deadline, late.set) + wheel.tick > now, "seed \(seed)")
                }
            }
            #expect(wheel.count == waiting.count, "seed \(seed)")
            if let next = wheel.nextDeadline, let first = waiting.values.map(\.deadline).min() {
                #expect(next < max(first, now) + wheel.tick + wheel.tick, "seed \(seed)")
            }
        }
    }
}
