package import Clocks
import Synchronization

/// How long after one another the chunks of a stream came, in buckets: a stream has thousands of
/// them, and a lock for each would cost more than the chunk.
package struct ChunkGaps: Sendable, Hashable {
    /// Upper bounds of the buckets, in seconds; one more bucket has all longer gaps. The first 13
    /// are those of OpenTelemetry for `gen_ai.client.operation.time_per_output_chunk`.
    package static let bounds: [Double] = [
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 10, 60, 300, 1800,
    ]

    /// Gaps in each bucket, not cumulative.
    package private(set) var counts = [Int](repeating: 0, count: ChunkGaps.bounds.count + 1)
    package private(set) var sum: Duration = .zero
    private var last: Instant

    // Whole numbers: this is counted for every chunk.
    private static let boundNanoseconds = bounds.map { Int64($0 * 1e9) }

    /// - Parameter firstAt: when the first chunk came.
    package init(firstAt: Instant) {
        last = firstAt
    }

    package mutating func chunkCame(at now: Instant) {
        let gap = last.duration(to: now)
        let nanoseconds = Int64(gap / .nanoseconds(1))
        counts[Self.boundNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count] += 1
        sum += gap
        last = now
    }
}

/// The gaps of one stream while it runs.
final class ChunkPace: Sendable {
    private let state: Mutex<ChunkGaps>

    init(firstAt: Instant) {
        state = Mutex(ChunkGaps(firstAt: firstAt))
    }

    var gaps: ChunkGaps { state.withLock { $0 } }

    func chunkCame(at now: Instant) { state.withLock { $0.chunkCame(at: now) } }
}
