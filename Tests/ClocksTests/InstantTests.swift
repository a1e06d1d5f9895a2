import Clocks
import Seeded
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

    @Test func `a duration is as many nanoseconds as by arithmetic of 128 bits`() {
        var random = Seeded(seed: 7)
        let edges: [Int128] = [
            0, 1, 999_999_999, Int128(Int64.max), 1 << 63, 1 << 64, 1 << 93, 1 << 94,
        ]
        let nanosecond: Int128 = 1_000_000_000
        let longest = Int128(Int64.max) * nanosecond
        let random128 = (0..<10_000).map { _ in
            Int128.random(in: 0...(1 << Int.random(in: 0...100, using: &random)), using: &random)
        }
        let near = [longest - nanosecond, longest - 1, longest, longest + 1, longest + nanosecond]
        for size in edges + edges.map({ $0 * nanosecond }) + near + random128 {
            for attoseconds in [size, -size] {
                let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: nanosecond)
                let expected = Int64(clamping: rest > 0 ? whole + 1 : whole)
                let moment = Instant.origin.advanced(by: Duration(attoseconds: attoseconds))
                #expect(Instant.origin.nanoseconds(to: moment) == expected, "\(attoseconds) as")
            }
        }
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
