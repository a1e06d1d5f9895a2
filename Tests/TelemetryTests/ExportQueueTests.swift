import Clocks
import Models
import Testing

@testable import Telemetry

/// What is sent when, step by step.
struct ExportQueueTests {
    private static let interval: Duration = .seconds(60)
    private let start = Arrival.moment

    private func queue() -> ExportQueue { ExportQueue(interval: Self.interval, at: start) }

    private func trace(_ number: Int = 0) -> CallTrace {
        .of([], took: .nanoseconds(number))
    }

    @Test func `with nothing to send it waits for the metrics`() {
        var queue = queue()
        #expect(queue.next(at: start) == .wait(until: start + Self.interval))
        #expect(
            queue.next(at: start) == .wait(until: start + Self.interval), "asking changes nothing")
    }

    @Test func `the metrics are sent at each interval, and not before`() {
        var queue = queue()
        let due = start + Self.interval
        #expect(queue.next(at: due - .nanoseconds(1)) == .wait(until: due))
        #expect(queue.next(at: due) == .sendMetrics)
        #expect(queue.next(at: due) == .wait(until: due + Self.interval))
        let late = due + .seconds(90)
        #expect(queue.next(at: late) == .sendMetrics)
        #expect(queue.next(at: late) == .wait(until: late + Self.interval), "once, not to catch up")
    }

    @Test func `a lone trace is sent a second after it came`() {
        var queue = queue()
        let came = start + .seconds(10)
        #expect(queue.add(trace(), at: came) == true, "whoever naps until the metrics must wake")
        #expect(queue.next(at: came) == .wait(until: came + .seconds(1)))
        let others = came + .milliseconds(999)
        #expect(queue.add(trace(1), at: others) == false, "it waits for no second of its own")
        #expect(queue.next(at: others) == .wait(until: came + .seconds(1)))
        #expect(queue.next(at: came + .seconds(1)) == .sendSpans([trace(), trace(1)]))
        #expect(queue.next(at: came + .seconds(1)) == .wait(until: start + Self.interval))
    }

    @Test func `a full batch is sent at once, in the order of its calls`() {
        var queue = queue()
        let full = TelemetryLimits.batchMax
        let wakes = (0..<full).map { queue.add(trace($0), at: start) }
        #expect(wakes.enumerated().filter(\.element).map(\.offset) == [0, full - 1])
        #expect(queue.next(at: start) == .sendSpans((0..<full).map { trace($0) }))
        #expect(queue.next(at: start) == .wait(until: start + Self.interval))
    }

    @Test func `what is over a batch waits a second for others`() {
        var queue = queue()
        let full = TelemetryLimits.batchMax
        for number in 0..<(full + 3) { _ = queue.add(trace(number), at: start) }
        let now = start + .milliseconds(300)
        guard case .sendSpans(let batch) = queue.next(at: now) else {
            Issue.record("it was to send a batch")
            return
        }
        #expect(batch.count == full)
        #expect(queue.next(at: now) == .wait(until: now + .seconds(1)))
        #expect(
            queue.next(at: now + .seconds(1)) == .sendSpans((full..<(full + 3)).map { trace($0) }))
    }

    @Test func `where both are due the spans go first`() {
        var queue = queue()
        let due = start + Self.interval
        _ = queue.add(trace(), at: due - .seconds(1))
        #expect(queue.next(at: due) == .sendSpans([trace()]))
        #expect(queue.next(at: due) == .sendMetrics)
    }

    @Test func `metrics that are due before the spans are not held back by them`() {
        var queue = queue()
        let due = start + Self.interval
        _ = queue.add(trace(), at: due - .milliseconds(500))
        #expect(queue.next(at: due - .milliseconds(500)) == .wait(until: due))
        #expect(queue.next(at: due) == .sendMetrics)
        #expect(queue.next(at: due) == .wait(until: due + .milliseconds(500)))
    }

    @Test func `closing sends what waits, then the metrics once, and then it is over`() {
        var queue = queue()
        let full = TelemetryLimits.batchMax
        for number in 0..<(full + 1) { _ = queue.add(trace(number), at: start) }
        queue.close()
        #expect(queue.next(at: start) == .sendSpans((0..<full).map { trace($0) }))
        #expect(queue.next(at: start) == .sendSpans([trace(full)]))
        #expect(queue.next(at: start) == .sendMetrics)
        #expect(queue.next(at: start) == .over)
        queue.close()
        #expect(queue.next(at: start + .seconds(3_600)) == .over)
        #expect(queue.lost == 0)
    }

    @Test func `a call that ends when it is closed is lost, and counted`() {
        var queue = queue()
        queue.close()
        #expect(queue.add(trace(), at: start) == false)
        #expect(queue.next(at: start) == .sendMetrics)
        #expect(queue.add(trace(), at: start) == false)
        #expect(queue.next(at: start) == .over)
        #expect(queue.lost == 2)
    }

    @Test func `only so many wait, and those that come later are lost and counted`() {
        var queue = queue()
        let bound = TelemetryLimits.waitingMax
        for number in 0..<bound { _ = queue.add(trace(number), at: start) }
        #expect(queue.lost == 0)
        #expect(queue.add(trace(), at: start) == false)
        #expect(queue.add(trace(), at: start) == false)
        #expect(queue.lost == 2)
        guard case .sendSpans(let batch) = queue.next(at: start) else {
            Issue.record("it was to send a batch")
            return
        }
        #expect(batch.first == trace(0), "the old ones are kept")
        _ = queue.add(trace(), at: start)
        #expect(queue.lost == 2, "there is room again")
        queue.gaveUp(batch.count)
        #expect(queue.lost == 2 + batch.count)
    }

    @Test func `what there is no time left for is counted as lost`() {
        var queue = queue()
        for number in 0..<3 { _ = queue.add(trace(number), at: start) }
        queue.close()
        queue.giveUpAll()
        #expect(queue.lost == 3)
        queue.giveUpAll()
        #expect(queue.lost == 3)
        #expect(queue.next(at: start) == .sendMetrics)
    }
}
