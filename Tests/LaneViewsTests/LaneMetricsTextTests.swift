import Messages
import Testing

@testable import LaneViews

struct LaneMetricsTextTests {
    @Test func `waits are a cumulative histogram in seconds`() {
        var lane = LaneTableTests.gpu
        lane.queueWait = WaitHistogram(
            buckets: [
                WaitBucket(uptoMs: 5, count: 2), WaitBucket(uptoMs: 1_500, count: 3),
                WaitBucket(uptoMs: 0, count: 1),
            ], sumMs: 7_250)
        let lines = LaneMetricsText.text([lane]).split(separator: "\n").map(String.init)
        let name = "laneway_lane_queue_duration_seconds"
        #expect(
            lines.suffix(9) == [
                "# HELP \(name) How long started calls waited for their slots.",
                "# TYPE \(name) histogram", "# UNIT \(name) seconds",
                "\(name)_bucket{lane=\"gpu\",le=\"0.005\"} 2",
                "\(name)_bucket{lane=\"gpu\",le=\"1.5\"} 5",
                "\(name)_bucket{lane=\"gpu\",le=\"+Inf\"} 6",
                "\(name)_count{lane=\"gpu\"} 6", "\(name)_sum{lane=\"gpu\"} 7.25", "# EOF",
            ])
    }

    @Test func `names are escaped and refusals told by reason`() {
        var lane = LaneTableTests.gpu
        lane.name = "a\"b\\c\nd"
        let text = LaneMetricsText.text([lane])
        #expect(text.contains("laneway_lane_running{lane=\"a\\\"b\\\\c\\nd\"} 1\n"))
        #expect(
            text.contains(
                "laneway_lane_refusals_total{lane=\"a\\\"b\\\\c\\nd\",reason=\"QUEUE_FULL\"} 4\n"))
    }
}
