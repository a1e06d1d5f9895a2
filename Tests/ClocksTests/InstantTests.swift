import Clocks
import Testing

struct InstantTests {
    let start = Instant.now

    @Test func `moments add, subtract and compare to the nanosecond`() {
        let later = start + .seconds(2) + .nanoseconds(1)
        #expect(start.duration(to: later) == .nanoseconds(2_000_000_001))
        #expect(later - start == .nanoseconds(2_000_000_001))
        #expect(later - .nanoseconds(2_000_000_001) == start)
        #expect(start < later)
        #expect(start - .seconds(1) < start)
    }

    @Test func `a fraction of a nanosecond is rounded up, so that no deadline comes early`() {
        let fraction = Duration(secondsComponent: 0, attosecondsComponent: 1)
        #expect(start + fraction == start + .nanoseconds(1))
        #expect(start + .zero == start)
    }

    @Test func `a deadline of ages is a moment, not a crash`() {
        let ages = Duration.seconds(Int64.max)
        #expect(start + ages > start + .seconds(100 * 365 * 86_400))
        #expect(start - ages - ages < start)
        #expect((start - ages - ages).duration(to: start + ages) == .nanoseconds(Int64.max))
    }

    @Test func `the clock goes forward`() {
        #expect(start <= Instant.now)
    }
}
