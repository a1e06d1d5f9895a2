import Clocks
import LaneViews
import Lanes
import Logging
import Messages
import Testing
import UpstreamScript

@testable import Telemetry

/// Lanes as they are exported, and the names they share with the text for Prometheus.
struct LaneMetricsTests {
    private let time = HandWoundTime()

    private func lane(_ name: String, _ settings: LaneSettings) -> Lane {
        Lane(
            name: name, settings: settings, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func job(_ caller: String, bytes: Int = 10) -> Job {
        Job(caller: CallerKey(uid: 1, callerID: caller), promptBytes: bytes)
    }

    /// A lane in which one call has run for a second, one runs that waited for it, two wait and one
    /// was refused. It is paused, and has been given more room than it can use.
    private func withBusyLane(_ body: (LaneSnapshot) throws -> Void) async throws {
        let lane = lane("gpu", LaneSettings(concurrency: 1, queueDepthMax: 2))
        let gate = Gate()
        let first = try await lane.slot(for: Self.job("a"))
        let second = Task {
            let slot = try await lane.slot(for: Self.job("b"))
            await gate.wait()
            slot.release()
        }
        try await eventually { lane.snapshot().queued == 1 }
        await #expect(throws: LaneRefusal.self) {
            try await lane.slot(for: Self.job("b")).release()
        }
        time.advance(by: .seconds(1))
        first.release()
        try await eventually { lane.snapshot().running == 1 }
        let others = ["c", "d"].map { caller in
            Task { try await lane.slot(for: Self.job(caller, bytes: 77)).release() }
        }
        try await eventually { lane.snapshot().queued == 2 }
        lane.update { ($0.paused, $0.concurrency, $0.queueDepthMax) = (true, 3, 5) }
        try body(lane.snapshot())
        lane.update { $0.paused = false }
        gate.open()
        try await second.value
        for other in others { try await other.value }
    }

    private func readings(_ lanes: [LaneSnapshot]) -> [String: Reading] {
        LaneMetrics.metrics(lanes, Window(start: 1, end: 2)).readings
    }

    @Test func `a name is that of the Prometheus text once its dots are underscores`()
        async throws
    {
        var exported: [String] = []
        try await withBusyLane { lane in
            exported = readings([lane]).map { name, reading in
                // A time's unit is part of its name there.
                let unit = reading.unit == "s" ? "_seconds" : ""
                return name.replacing(".", with: "_") + unit + " " + reading.kind
            }
        }
        let lines = LaneMetricsText.text([LaneStatus(name: "gpu")]).split(separator: "\n")
        let shown = lines.filter { $0.hasPrefix("# TYPE ") }.map { String($0.dropFirst(7)) }
        #expect(exported.sorted() == shown.sorted())
        #expect(shown.count == 13)
    }

    @Test func `a lane tells what is in it and what has passed through it`() async throws {
        try await withBusyLane { try check(readings([$0])) }
    }

    private func check(_ readings: [String: Reading]) throws {
        let name = ["laneway.lane": "'gpu'"]
        let counts = [
            "queue_depth": 2, "queue_depth_max": 5, "queue_bytes": 154, "running": 1,
            "concurrency": 3, "open_streams": 0, "paused": 1, "started": 2, "promotions": 0,
            "leaked_slots": 0,
        ]
        for (metric, count) in counts {
            #expect(readings["laneway.lane.\(metric)"]?.counts == [name: count], "\(metric)")
        }
        #expect(
            readings["laneway.lane.refusals"]?.counts
                == [["laneway.lane": "'gpu'", "laneway.reason": "'CALLER_QUEUE_FULL'"]: 1])
        let waits = try #require(readings["laneway.lane.queue_duration"]?.histograms[name])
        #expect([waits.sum, Double(waits.count)] == [1, 2])
        let buckets = zip(waits.explicitBounds + [.infinity], waits.bucketCounts)
        #expect(buckets.filter { $0.1 > 0 }.map(\.0) == [0.001, 1], "one at once, one in a second")
        #expect(readings["laneway.lane.jain_index"]?.measures[name] != nil)
    }

    @Test func `a lane that was never used tells no evenness and no refusals`() {
        let quiet = lane("quiet", LaneSettings(concurrency: 3))
        quiet.update { $0.paused = true }
        let readings = readings([quiet.snapshot()])
        #expect(readings["laneway.lane.jain_index"] == nil)
        #expect(readings["laneway.lane.refusals"] == nil)
        #expect(readings["laneway.lane.paused"]?.counts == [["laneway.lane": "'quiet'"]: 1])
        #expect(readings["laneway.lane.concurrency"]?.counts.values.first == 3)
    }

    @Test func `each lane has a series of each metric`() {
        let lanes = ["a", "b", "c"].map { lane($0, LaneSettings(concurrency: 1)).snapshot() }
        for (name, reading) in readings(lanes) {
            #expect(reading.counts.count + reading.histograms.count == 3, "\(name)")
        }
        #expect(readings([]).isEmpty)
    }
}
