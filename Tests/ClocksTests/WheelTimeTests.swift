import Clocks
import Synchronization
import Testing

/// A driver that notes when it was armed instead of sleeping.
private final class Driver: Sendable {
    private let notes = Mutex<[Instant]>([])
    let clock: HandWoundTime

    init() {
        clock = HandWoundTime()
    }

    var armed: [Instant] { notes.withLock { $0 } }

    func time() -> WheelTime {
        WheelTime(clock: { self.clock.now }, wake: { at in self.notes.withLock { $0.append(at) } })
    }
}

struct WheelTimeTests {
    private let driver = Driver()
    private let fired = Fired()

    @Test func `the driver is armed for the first alarm and again only for an earlier one`() {
        let time = driver.time()
        let start = time.now
        _ = time.setAlarm(at: start + .seconds(60), fired.note(1))
        _ = time.setAlarm(at: start + .seconds(90), fired.note(2))
        _ = time.setAlarm(at: start + .seconds(10), fired.note(3))
        #expect(driver.armed == [start + .seconds(60), start + .seconds(10)])
    }

    @Test func `setting and clearing alarms in a row arms the driver once`() {
        let time = driver.time()
        for _ in 0..<1_000 {
            let id = time.setAlarm(at: time.now + .seconds(300), fired.note(1))
            driver.clock.advance(by: .milliseconds(3))
            time.clearAlarm(id)
        }
        #expect(driver.armed.count == 1)
        #expect(time.alarmCount == 0)
        driver.clock.advance(by: .seconds(300))
        #expect(time.tick(now: time.now) == nil, "an idle source sleeps for good")
        #expect(fired.all == [])
    }

    @Test func `an alarm set while firing is told by the return, not by a wake`() {
        let time = driver.time()
        let start = time.now
        _ = time.setAlarm(at: start + .milliseconds(5)) { [fired] in
            _ = time.setAlarm(at: start + .milliseconds(50), fired.note(2))
        }
        let armed = driver.armed
        #expect(time.tick(now: start + .milliseconds(5)) == start + .milliseconds(50))
        #expect(driver.armed == armed)
        #expect(time.tick(now: start + .milliseconds(50)) == nil)
        #expect(fired.all == [2])
    }

    @Test func `an alarm may clear another that is due`() {
        let time = driver.time()
        let start = time.now
        let later = time.setAlarm(at: start + .milliseconds(10), fired.note(2))
        _ = time.setAlarm(at: start + .milliseconds(5)) { time.clearAlarm(later) }
        #expect(time.tick(now: start + .milliseconds(5)) == nil)
        #expect(fired.all == [])
    }

    @Test func `a time that has ended is let go of, whatever its alarms hold`() {
        weak var kept: WheelTime?
        do {
            let time = driver.time()
            kept = time
            let id = time.setAlarm(at: time.now + .seconds(1)) { [fired] in
                fired.note(1)()
                _ = time.alarmCount
            }
            time.end()
            #expect(time.alarmCount == 0)
            time.clearAlarm(id)
            #expect(time.tick(now: time.now + .seconds(1)) == nil)
        }
        #expect(kept == nil)
        #expect(fired.all == [])
    }
}

struct HandWoundTimeTests {
    @Test func `alarms fire in the order of their deadlines, each at its own time`() {
        let time = HandWoundTime()
        let start = time.now
        let seen = Seen()
        for seconds in [30, 10, 20] {
            _ = time.setAlarm(at: start + .seconds(seconds)) {
                seen.note(start.duration(to: time.now))
            }
        }
        time.advance(by: .seconds(25))
        #expect(seen.all == [.seconds(10), .seconds(20)])
        #expect(time.now == start + .seconds(25))
        #expect(time.alarmCount == 1)
        #expect(time.nextDeadline == start + .seconds(30))
        // An alarm that was never rung would keep the time it looks at.
        time.advance(by: .seconds(5))
        #expect(seen.all.last == .seconds(30))
    }

    @Test func `alarms of one deadline fire in the order they were set, cleared ones not at all`() {
        let time = HandWoundTime()
        let fired = Fired()
        let ids = (0..<4).map { time.setAlarm(at: time.now + .seconds(1), fired.note($0)) }
        time.clearAlarm(ids[2])
        time.advance(by: .seconds(1))
        #expect(fired.all == [0, 1, 3])
        #expect(time.alarmsSet == 4)
        #expect(time.nextDeadline == nil)
    }
}

private final class Seen: Sendable {
    private let notes = Mutex<[Duration]>([])

    var all: [Duration] { notes.withLock { $0 } }

    func note(_ duration: Duration) {
        notes.withLock { $0.append(duration) }
    }
}
