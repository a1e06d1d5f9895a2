import Foundation
import Testing

@testable import Load

struct LoadReportTests {
    static func closed() -> LoadReport {
        var run = LoadRun(LoadPlan(pace: .whenFree, warmup: ms(500), measured: .seconds(2)))
        run.call(at: ms(0), until: ms(1))
        for _ in 0..<3 { run.call(at: ms(1_000), until: ms(1_002)) }
        run.call(at: ms(2_000), until: ms(2_001), .full)
        return run.report(of: .of())
    }

    static func open() -> LoadReport {
        let pace = LoadPlan.Pace.every(callsPerSecond: 2.5)
        var run = LoadRun(LoadPlan(pace: pace, warmup: .zero, measured: .seconds(2)))
        run.call(at: ms(0), until: ms(30), chunksAt: [ms(10), ms(25)])
        return run.report(of: .of(stream: true))
    }

    @Test func `a closed loop is told in tables`() {
        #expect(
            Self.closed().lines == [
                "generate builtin/echo: 2 in flight on 1 connection, 2 s after 0.5 s of warm-up",
                "",
                "CALLS  WARM-UP  FAILED  UNFINISHED  CALLS/S",
                "    5        1       1           0      1.5",
                "",
                "TIME             P50      P90      P99    P99.9      MAX     MEAN",
                "whole call   2.00 ms  2.00 ms  2.00 ms  2.00 ms  2.00 ms  2.00 ms",
                "failed call  1.00 ms  1.00 ms  1.00 ms  1.00 ms  1.00 ms  1.00 ms",
                "",
                "STATUS              REASON      CALLS  THE FIRST SAID",
                "OK                  -               4",
                "RESOURCE_EXHAUSTED  QUEUE_FULL      1  the lane is full",
            ])
    }

    @Test func `what failed is complained of with its status and reason`() {
        #expect(
            Self.closed().complaints == [
                "1 of 5 calls failed: 1 RESOURCE_EXHAUSTED (QUEUE_FULL)"
            ])
    }

    @Test func `an open loop of streams tells chunks and how late calls began`() {
        let lines = Self.open().lines
        #expect(
            lines.first == "stream builtin/echo: 2.5 calls/s due, up to 2 in flight on "
                + "1 connection, 2 s after 0 s of warm-up")
        #expect(
            lines.contains(
                "CALLS  WARM-UP  FAILED  UNFINISHED  NOT STARTED  CALLS/S  CHUNKS  CHUNKS/S"))
        for name in ["whole call", "first chunk", "between chunks", "begun after due"] {
            #expect(lines.contains { $0.hasPrefix(name) })
        }
        #expect(!lines.contains { $0.hasPrefix("STATUS") })
    }

    @Test func `what the daemon said cannot steer the terminal`() {
        var run = LoadRun(LoadPlan(pace: .whenFree, warmup: .zero, measured: .seconds(1)))
        run.call(
            at: ms(0), until: ms(1), .failed(code: "UNKNOWN", reason: "", message: "\u{1B}[2J"))
        #expect(!run.report(of: .of()).lines.joined().contains("\u{1B}"))
    }

    @Test func `a program reads the same under steady names`() throws {
        let json = try Self.object(Self.closed())
        #expect(
            Set(json.keys) == [
                "model", "method", "concurrency", "connections", "duration_s", "warmup_s",
                "interrupted", "calls", "warmup_calls", "failed", "unfinished",
                "calls_per_second", "statuses", "failures", "latency_ms", "failed_latency_ms",
            ])
        #expect(json["statuses"] as? [String: Int] == ["OK": 4, "RESOURCE_EXHAUSTED": 1])
        #expect(json["duration_s"] as? Double == 2)
        let latency = try #require(json["latency_ms"] as? [String: Any])
        #expect(Set(latency.keys) == ["count", "p50", "p90", "p99", "p999", "max", "mean"])
        #expect(latency["max"] as? Double == 2)
        let failures = try #require(json["failures"] as? [[String: Any]])
        #expect(failures.first?["reason"] as? String == "QUEUE_FULL")
        #expect(failures.first?["message"] as? String == "the lane is full")
    }

    @Test func `an open loop of streams has names of its own in JSON`() throws {
        let names = try Self.object(Self.open()).keys
        for name in [
            "rate", "not_started", "start_lag_ms", "chunks", "chunks_per_second",
            "first_chunk_ms", "chunk_gap_ms",
        ] {
            #expect(names.contains(name), "\(name) is missing")
        }
        #expect(!names.contains("failed_latency_ms"))
    }

    private static func object(_ report: LoadReport) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(report.json.utf8))
        return try #require(object as? [String: Any])
    }
}
