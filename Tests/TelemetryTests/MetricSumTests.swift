import Messages
import Models
import Seeded
import Testing

@testable import Telemetry

/// All that is counted, compared with a plain sum over the same calls.
struct MetricSumTests {
    private static let reasons: [FailureReason?] = [
        nil, nil, .upstreamError, .callerLeft, .upstreamRateLimited,
    ]

    private func attempt(_ random: inout Seeded) -> AttemptReport {
        let model = ["gpu/a", "gpu/b", "cloud/a", "new/c"].randomElement(using: &random) ?? ""
        if Int.random(in: 0..<8, using: &random) == 0 { return .skipped(model, .targetCooling) }
        // From a microsecond to beyond the last bound.
        let nanoseconds = Int64.random(in: 1...2_000, using: &random)
        let scale = Int64(1) << Int64.random(in: 0...31, using: &random)
        var attempt = AttemptReport.ran(
            model, for: .nanoseconds(nanoseconds * scale),
            Self.reasons.randomElement(using: &random) ?? nil)
        if Bool.random(using: &random) {
            attempt.usage = Models.Usage(
                input: .random(in: 0...100_000, using: &random),
                output: .random(in: 0...5_000, using: &random),
                estimated: .random(using: &random))
        }
        return attempt
    }

    private func calls(_ seed: UInt64) -> [CallTrace] {
        var random = Seeded(seed: seed)
        return (0..<200).map { _ in
            .of((0..<Int.random(in: 0...5, using: &random)).map { _ in attempt(&random) })
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `the durations of random attempts add up`(seed: UInt64) throws {
        let calls = calls(seed)
        var book = MetricBook()
        for call in calls { book.callEnded(call) }
        let series = try #require(book.readings["gen_ai.client.operation.duration"]?.histograms)
        let ran = calls.flatMap(\.record.report.attempts).filter { $0.startedAt != nil }
        let expected = Dictionary(grouping: ran) { attempt in
            [
                attempt.target.provider, attempt.target.model, attempt.reason?.rawValue ?? "",
            ].joined(separator: " ")
        }
        #expect(series.count == expected.count)
        for (key, point) in series {
            let reason = key["error.type"] ?? key["laneway.reason"]
            let name = [key["laneway.provider"], key["gen_ai.request.model"], reason]
                .map { ($0 ?? "").filter { $0 != "'" } }.joined(separator: " ")
            let seconds = try #require(expected[name]).map { $0.duration / .seconds(1) }
            #expect(point.count == UInt64(seconds.count))
            #expect(abs((point.sum ?? 0) - seconds.reduce(0, +)) < 1e-6)
            for (place, bound) in point.explicitBounds.enumerated() {
                let within = point.bucketCounts[...place].reduce(0, +)
                #expect(within == UInt64(seconds.count { $0 <= bound }))
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `so do their tokens, the passed over targets and the calls`(seed: UInt64) throws {
        let calls = calls(seed)
        var book = MetricBook()
        for call in calls { book.callEnded(call) }
        let attempts = calls.flatMap(\.record.report.attempts)
        let tokens = try #require(book.readings["gen_ai.client.token.usage"]?.histograms)
        for isEstimate in [true, false] {
            let used = attempts.compactMap(\.usage).filter { $0.estimated == isEstimate }
            let told = tokens.filter { ($0.key["laneway.usage.estimated"] == "true") == isEstimate }
            for (kind, count) in [
                ("'input'", \Models.Usage.inputTokens), ("'output'", \.outputTokens),
            ] {
                let points = told.filter { $0.key["gen_ai.token.type"] == kind }.values
                let sum = points.reduce(0) { $0 + ($1.sum ?? 0) }
                #expect(sum == Double(used.reduce(0) { $0 + $1[keyPath: count] }))
                #expect(points.reduce(0) { $0 + $1.count } == UInt64(used.count))
            }
        }
        let skips = book.readings["laneway.failover.skips"]?.counts.values.reduce(0, +) ?? 0
        #expect(skips == attempts.count { $0.startedAt == nil })
        let ended = try #require(book.readings["laneway.call.duration"]?.histograms.values)
        #expect(ended.map(\.count).reduce(0, +) == UInt64(calls.count))
    }

    @Test func `each export tells all of it again, from the same start`() throws {
        var book = MetricBook()
        for call in calls(1) { book.callEnded(call) }
        let once = book.metrics(Window(start: 5, end: 10), Story.providers).readings
        for call in calls(1) { book.callEnded(call) }
        let twice = book.metrics(Window(start: 5, end: 20), Story.providers).readings
        #expect(once.keys == twice.keys)
        for (name, reading) in once {
            #expect(reading.windows == [[5, 10]])
            #expect(twice[name]?.windows == [[5, 20]])
            for (key, point) in reading.histograms {
                #expect(twice[name]?.histograms[key]?.count == point.count * 2, "\(name)")
            }
            for (key, count) in reading.counts {
                #expect(twice[name]?.counts[key] == count * 2, "\(name)")
            }
        }
    }
}
