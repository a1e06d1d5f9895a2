import Messages
import Models
import Testing

@testable import Telemetry

/// The buckets of histograms, and how many series there may be.
struct BucketTests {
    private static let duration = "gen_ai.client.operation.duration"
    // As the conventions advise them.
    private static let seconds = [
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]
    private static let tokens: [Double] = [
        1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304,
        16_777_216, 67_108_864,
    ]
    private static let firstChunk = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    @Test func `the buckets are OpenTelemetry's, and times go on to half an hour`() {
        #expect(Bounds.tokens == Self.tokens)
        #expect(Array(Bounds.seconds.prefix(Self.seconds.count)) == Self.seconds)
        #expect(Array(Bounds.firstChunkSeconds.prefix(Self.firstChunk.count)) == Self.firstChunk)
        for bounds in [Bounds.seconds, Bounds.firstChunkSeconds, ChunkGaps.bounds] {
            #expect(bounds.last == 1_800)
            #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
        }
    }

    @Test(arguments: [Bounds.tokens, Bounds.seconds, Bounds.firstChunkSeconds])
    func `a value as large as a bound is below it`(bounds: [Double]) {
        for (place, bound) in bounds.enumerated() {
            for (value, bucket) in [(bound, place), (bound.nextUp, place + 1)] {
                var series = Distribution(bounds: bounds)
                series.add(value)
                #expect(series.counts.firstIndex(of: 1) == bucket, "\(value)")
                #expect(series.counts.reduce(0, +) == 1)
                #expect(series.sum == value)
            }
        }
    }

    @Test func `half an hour is in the last bucket with a bound, and more is behind it`() throws {
        var book = MetricBook()
        book.callEnded(.of([.ran("gpu/m", for: .seconds(1_800))], took: .seconds(1_801)))
        let attempt = try #require(book.readings[Self.duration]?.histograms.values.first)
        let call = try #require(book.readings["laneway.call.duration"]?.histograms.values.first)
        #expect(attempt.bucketCounts.count == attempt.explicitBounds.count + 1)
        #expect(attempt.bucketCounts.suffix(2) == [1, 0])
        #expect(call.bucketCounts.suffix(2) == [0, 1])
    }

    @Test func `what has no room for a series of its own is counted in one that says so`() throws {
        let bound = TelemetryLimits.seriesMax
        var book = MetricBook()
        // The last 50 come too late for a series; the first comes again when there is no room.
        for number in 0..<(bound + 50) { book.callEnded(.of([.ran("gpu/\(number)")])) }
        book.callEnded(.of([.ran("gpu/0")]))
        let series = try #require(book.readings[Self.duration]?.histograms)
        #expect(series.count == bound + 1)
        #expect(series[["otel.metric.overflow": "true"]]?.count == 50)
        let first = series.first { $0.key["gen_ai.request.model"] == "'0'" }
        #expect(first?.value.count == 2, "a series that is there goes on")
        #expect(series.values.map(\.count).reduce(0, +) == UInt64(bound + 51))
    }

    @Test func `hops have the same bound`() throws {
        let bound = TelemetryLimits.seriesMax
        var book = MetricBook()
        for number in 0..<(bound + 7) {
            book.failedOver(
                from: nil, to: Target(provider: "a", model: "\(number)"), .upstreamError)
        }
        let counts = try #require(book.readings["laneway.failover.hops"]?.counts)
        #expect(counts.count == bound + 1)
        #expect(counts[["otel.metric.overflow": "true"]] == 7)
    }
}
