import Testing

@testable import Telemetry

/// When a failed export is tried again.
struct RetryPlanTests {
    private func passing(retryAfter: Int? = nil) -> ExportFailure {
        ExportFailure(reason: "busy", isPassing: true, retryAfter: retryAfter)
    }

    /// The delays after one failure after the other, to the end.
    private func delays(_ failure: ExportFailure, jitter: Double) -> [Duration] {
        var (plan, delays) = (RetryPlan(), [Duration]())
        while delays.count < 100, let delay = plan.delay(after: failure, jitter: jitter) {
            delays.append(delay)
        }
        return delays
    }

    @Test func `each delay is twice the one before, until the fifth failure is the last`() {
        #expect(
            delays(passing(), jitter: 1) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(TelemetryLimits.attemptsMax == 5)
    }

    @Test(arguments: [0.5, 0.75, 1]) func `jitter shortens it, by half at most`(jitter: Double) {
        let shortened = delays(passing(), jitter: jitter)
        for (delay, whole) in zip(shortened, delays(passing(), jitter: 1)) {
            #expect(delay == whole * jitter)
        }
        #expect(shortened.count == 4)
    }

    @Test func `a collector that says for how long is left alone for as long`() {
        #expect(
            delays(passing(retryAfter: 3), jitter: 1)
                == [.seconds(3), .seconds(3), .seconds(4), .seconds(8)])
    }

    @Test(arguments: [31, 3_600, Int.max]) func `but for half a minute at most`(seconds: Int) {
        #expect(
            delays(passing(retryAfter: seconds), jitter: 1)
                == Array(repeating: .seconds(30), count: 4))
    }

    @Test(arguments: [0, -1, Int.min]) func `nor is it tried at once because it says so`(
        seconds: Int
    ) {
        #expect(delays(passing(retryAfter: seconds), jitter: 1).first == .seconds(1))
    }

    @Test func `what will not pass is given up at once`() {
        let failure = ExportFailure(reason: "bad", isPassing: false, retryAfter: 1)
        #expect(delays(failure, jitter: 1).isEmpty)
    }

    @Test func `it gives up when a failure that does not pass comes after others that do`() {
        var plan = RetryPlan()
        #expect(plan.delay(after: passing(), jitter: 1) == .seconds(1))
        let failure = ExportFailure(reason: "bad", isPassing: false)
        #expect(plan.delay(after: failure, jitter: 1) == nil)
    }

    @Test func `the statuses that pass are those that OTLP names`() {
        #expect((100...599).filter { ExportFailure.passing.contains($0) } == [429, 502, 503, 504])
    }
}
