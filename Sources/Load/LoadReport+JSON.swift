internal import Foundation

extension LoadReport {
    /// On one line, keys in order. Times are in milliseconds, to a thousandth.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // Nothing in here can fail to encode: no dates, and decimals are finite.
        let data = (try? encoder.encode(Form(self))) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}

/// The report under the names that programs read, here in camel case. What does not apply is left out.
private struct Form: Encodable {
    var model: String
    var method: String
    var concurrency: Int
    var connections: Int
    var rate: Double?
    var durationS: Double
    var warmupS: Double
    var interrupted: Bool
    var calls: Int
    var warmupCalls: Int
    var failed: Int
    var unfinished: Int
    var notStarted: Int?
    var callsPerSecond: Double
    var statuses: [String: Int]
    var failures: [Failure]
    var latencyMs: Times?
    var failedLatencyMs: Times?
    var startLagMs: Times?
    var chunks: Int?
    var chunksPerSecond: Double?
    var firstChunkMs: Times?
    var chunkGapMs: Times?

    struct Failure: Encodable {
        var code: String
        var reason: String
        var calls: Int
        var message: String
    }

    init(_ report: LoadReport) {
        model = report.load.model
        method = report.load.isStream ? "Stream" : "Generate"
        concurrency = report.load.concurrency
        connections = report.load.connections
        if case .every(let callsPerSecond) = report.plan.pace { rate = callsPerSecond }
        durationS = report.plan.measured / .seconds(1)
        warmupS = report.plan.warmup / .seconds(1)
        interrupted = report.isInterrupted
        calls = report.calls
        warmupCalls = report.warmupCalls
        failed = report.failed
        unfinished = report.unfinished
        notStarted = report.notStarted
        callsPerSecond = thousandths(report.callsPerSecond)
        statuses = report.ends.reduce(into: [:]) { $0[$1.code, default: 0] += $1.calls }
        failures = report.failures.map {
            Failure(code: $0.code, reason: $0.reason, calls: $0.calls, message: $0.message)
        }
        latencyMs = report.latency.map(Times.init)
        failedLatencyMs = report.failedLatency.map(Times.init)
        startLagMs = report.startLag.map(Times.init)
        if report.load.isStream {
            chunks = report.chunks
            chunksPerSecond = thousandths(report.chunksPerSecond)
            firstChunkMs = report.firstChunk.map(Times.init)
            chunkGapMs = report.chunkGap.map(Times.init)
        }
    }
}

private struct Times: Encodable {
    var count: Int
    var p50: Double
    var p90: Double
    var p99: Double
    var p999: Double
    var max: Double
    var mean: Double

    init(_ times: TimingSummary) {
        func milliseconds(_ nanoseconds: Int) -> Double {
            thousandths(Double(nanoseconds) / 1e6)
        }
        count = times.count
        p50 = milliseconds(times.p50)
        p90 = milliseconds(times.p90)
        p99 = milliseconds(times.p99)
        p999 = milliseconds(times.p999)
        max = milliseconds(times.max)
        mean = milliseconds(times.mean)
    }
}

private func thousandths(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
