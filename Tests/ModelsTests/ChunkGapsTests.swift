import Clocks
import Models
import Testing

struct ChunkGapsTests {
    private let first = HandWoundTime().now

    private func gaps(_ gaps: [Duration]) -> ChunkGaps {
        var (counted, now) = (ChunkGaps(firstAt: first), first)
        for gap in gaps {
            now += gap
            counted.chunkCame(at: now)
        }
        return counted
    }

    /// A histogram of one count, in the bucket of that place.
    private func one(in place: Int) -> [Int] {
        (0...ChunkGaps.bounds.count).map { $0 == place ? 1 : 0 }
    }

    @Test func `a stream of one chunk has no gap`() {
        #expect(gaps([]).counts.allSatisfy { $0 == 0 })
        #expect(gaps([]).sum == .zero)
    }

    @Test(arguments: ChunkGaps.bounds.indices)
    func `a gap as long as a bound is below it, and a nanosecond more is above`(place: Int) {
        let bound = Duration.nanoseconds(Int64((ChunkGaps.bounds[place] * 1e9).rounded()))
        #expect(gaps([bound]).counts == one(in: place))
        #expect(gaps([bound + .nanoseconds(1)]).counts == one(in: place + 1))
    }

    @Test func `a gap is counted from the chunk before, not from the first`() {
        let counted = gaps([.milliseconds(10), .milliseconds(10), .milliseconds(10)])
        #expect(counted.counts[0] == 3)
        #expect(counted.sum == .milliseconds(30))
    }

    @Test func `the buckets are OpenTelemetry's and go on to half an hour`() {
        let theirs = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
        #expect(Array(ChunkGaps.bounds.prefix(theirs.count)) == theirs)
        #expect(ChunkGaps.bounds.last == 1_800)
        #expect(ChunkGaps.bounds == ChunkGaps.bounds.sorted())
        #expect(gaps([.seconds(1_801)]).counts.last == 1)
    }

    @Test func `many gaps are counted as a plain count does`() {
        var random = SystemRandomNumberGenerator()
        let many = (0..<2_000).map { _ in
            // Evenly over the decades from a microsecond to an hour.
            Duration.nanoseconds(Int64.random(in: 1...10_000, using: &random))
                * Int(1 << Int.random(in: 0...28, using: &random))
        }
        let counted = gaps(many)
        #expect(counted.sum == many.reduce(.zero, +))
        for (place, bound) in ChunkGaps.bounds.enumerated() {
            let within = many.count { $0 / .seconds(1) <= bound }
            #expect(counted.counts[...place].reduce(0, +) == within)
        }
        #expect(counted.counts.reduce(0, +) == many.count)
    }
}
