import Clocks
import Messages
import Models
import Testing

@testable import Telemetry

/// What is counted of calls.
struct MetricBookTests {
    private static let tokens = "gen_ai.client.token.usage"
    private static let duration = "gen_ai.client.operation.duration"
    private static let firstChunk = "gen_ai.client.operation.time_to_first_chunk"
    private static let perChunk = "gen_ai.client.operation.time_per_output_chunk"
    private static let gpu = [
        "gen_ai.operation.name": "'chat'", "gen_ai.provider.name": "'ollama'",
        "gen_ai.request.model": "'m'", "server.address": "'127.0.0.1'", "server.port": "11434",
        "laneway.provider": "'gpu'",
    ]

    /// The attributes of a series of gpu/m, with more.
    private func series(_ more: [String: String] = [:]) -> [String: String] {
        Self.gpu.merging(more) { _, more in more }
    }

    private func book(_ traces: CallTrace...) -> MetricBook {
        var book = MetricBook()
        for trace in traces { book.callEnded(trace) }
        return book
    }

    @Test func `a daemon without calls has nothing to tell`() {
        #expect(MetricBook().readings.isEmpty)
    }

    @Test func `tokens are counted by kind`() throws {
        var attempt = AttemptReport.ran("gpu/m")
        attempt.usage = Models.Usage(input: 100, output: 7)
        let reading = try #require(book(.of([attempt]), .of([attempt])).readings[Self.tokens])
        #expect(reading.unit == "{token}")
        #expect(reading.kind == "histogram")
        let input = reading.histograms[series(["gen_ai.token.type": "'input'"])]
        let output = reading.histograms[series(["gen_ai.token.type": "'output'"])]
        #expect([input?.sum, output?.sum] == [200, 14])
        #expect([input?.count, output?.count] == [2, 2])
        #expect(reading.histograms.count == 2)
    }

    @Test func `tokens that were guessed are told apart from those that were counted`() throws {
        var (counted, guessed) = (AttemptReport.ran("gpu/m"), AttemptReport.ran("gpu/m"))
        counted.usage = Models.Usage(input: 100, output: 7)
        guessed.usage = Models.Usage(input: 90, output: 5, estimated: true)
        let reading = try #require(book(.of([counted, guessed])).readings[Self.tokens])
        let sums = reading.histograms.mapValues(\.sum)
        let flag = ["laneway.usage.estimated": "true"]
        #expect(
            sums == [
                series(["gen_ai.token.type": "'input'"]): 100,
                series(["gen_ai.token.type": "'output'"]): 7,
                series(["gen_ai.token.type": "'input'"].merging(flag) { $1 }): 90,
                series(["gen_ai.token.type": "'output'"].merging(flag) { $1 }): 5,
            ])
    }

    @Test func `an attempt of which nothing is known to have been used counts no tokens`() {
        #expect(book(.of([.ran("gpu/m")])).readings[Self.tokens] == nil)
    }

    @Test func `durations are told apart by how attempts ended`() throws {
        let book = book(
            .of([.ran("gpu/m", for: .seconds(2), .upstreamError), .ran("gpu/m", for: .seconds(3))]),
            .of([.ran("gpu/m", for: .seconds(4), .callerLeft)], .callerLeft),
            .of([.ran("gpu/m", for: .seconds(5), .upstreamError)], .chainExhausted))
        let reading = try #require(book.readings[Self.duration])
        #expect(reading.unit == "s")
        #expect(
            reading.histograms.mapValues(\.sum) == [
                series(): 3, series(["error.type": "'UPSTREAM_ERROR'"]): 7,
                series(["laneway.reason": "'CALLER_LEFT'"]): 4,
            ])
    }

    @Test func `a stream's chunks are timed, whatever it ended with`() throws {
        var attempt = AttemptReport.ran("gpu/m", for: .seconds(2), .idleTimeout)
        attempt.firstChunkAfter = .milliseconds(250)
        var gaps = ChunkGaps(firstAt: Arrival.moment)
        for place in 1...4 { gaps.chunkCame(at: Arrival.moment + .milliseconds(30 * place)) }
        attempt.chunkGaps = gaps
        let readings = book(.of([attempt]), .of([attempt])).readings
        let first = try #require(readings[Self.firstChunk]?.histograms[series()])
        #expect([first.sum, Double(first.count)] == [0.5, 2])
        let between = try #require(readings[Self.perChunk]?.histograms[series()])
        #expect(between.count == 8)
        #expect(between.sum.map { abs($0 - 0.24) < 1e-9 } == true)
        #expect(between.bucketCounts[2] == 8, "30 ms are up to 50 ms")
        #expect(between.explicitBounds == ChunkGaps.bounds)
    }

    @Test func `a call is timed once, by its method and its end`() throws {
        let readings = book(
            .of([.ran("gpu/m"), .ran("gpu/m")], took: .seconds(4)),
            .of([], .queueFull, took: .seconds(1), isStream: true)
        ).readings
        let calls = try #require(readings["laneway.call.duration"])
        let method = "'laneway.v1.Laneway/"
        #expect(
            calls.histograms.mapValues(\.sum) == [
                ["rpc.method": method + "Generate'", "rpc.response.status_code": "'OK'"]: 4,
                [
                    "rpc.method": method + "Stream'", "error.type": "'QUEUE_FULL'",
                    "rpc.response.status_code": "'RESOURCE_EXHAUSTED'",
                    "laneway.reason": "'QUEUE_FULL'",
                ]: 1,
            ])
    }

    @Test func `an execution that outlived its call is an attempt more and no call`() {
        var trace = CallTrace.of([.ran("gpu/m", for: .seconds(6))])
        trace.record.isDetached = true
        let readings = book(trace).readings
        #expect(readings["laneway.call.duration"] == nil)
        #expect(readings[Self.duration]?.histograms[series()]?.sum == 6)
    }

    @Test func `hops are counted by where from, where to and why`() throws {
        var book = MetricBook()
        let (a, b) = (Target(provider: "a", model: "m"), Target(provider: "b", model: "m"))
        for _ in 0..<3 { book.failedOver(from: a, to: b, .upstreamError) }
        book.failedOver(from: nil, to: b, .targetCooling)
        let reading = try #require(book.readings["laneway.failover.hops"])
        #expect(reading.kind == "counter")
        #expect(
            reading.counts == [
                [
                    "laneway.from": "'a/m'", "laneway.to": "'b/m'",
                    "laneway.reason": "'UPSTREAM_ERROR'",
                ]: 3,
                ["laneway.to": "'b/m'", "laneway.reason": "'TARGET_COOLING'"]: 1,
            ])
    }

    @Test func `targets that were passed over are counted, and are no attempts`() throws {
        let book = book(
            .of([.skipped("gpu/m", .targetCooling), .skipped("gpu/m", .targetCooling)]))
        #expect(book.readings[Self.duration] == nil)
        let reading = try #require(book.readings["laneway.failover.skips"])
        #expect(reading.kind == "counter")
        #expect(
            reading.counts
                == [["laneway.target": "'gpu/m'", "laneway.reason": "'TARGET_COOLING'"]: 2])
    }
}
