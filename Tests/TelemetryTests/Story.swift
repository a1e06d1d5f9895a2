import Clocks
import Lanes
import Messages
import Models

@testable import Telemetry

/// A call that has seen a lot: it waited 2 s in a lane, failed on the GPU after 3 s, waited a second
/// for a target, passed one over, and was answered by the third within 1.5 s.
enum Story {
    static let providers = [
        "gpu": ProviderIdentity(name: "ollama", address: "127.0.0.1", port: 11_434),
        "cloud": ProviderIdentity(name: "openai", address: "api.example.com", port: 443),
        "inside": ProviderIdentity(name: "laneway"),
    ]
    static let maker = SpanMaker(providers: providers, wall: Arrival.wall)

    static var trace: CallTrace {
        var trace = CallTrace.of([failed, passedOver, answered], took: .milliseconds(7_500))
        trace.record.isStream = true
        trace.record.report.attribution.runID = "run-7"
        trace.record.report.attribution.user = "ann"
        trace.record.report.attribution.tool = "search"
        trace.record.report.lane = "cloud"
        trace.record.report.phase = .stream
        trace.record.report.priority = .interactive
        trace.record.report.queueWait = .seconds(3)
        trace.record.report.execution = .milliseconds(4_500)
        trace.record.report.waits = [
            WaitReport(
                beganAt: Arrival.moment + .seconds(5), took: .seconds(1), lane: "")
        ]
        trace.record.report.messages = ["user: canary-prompt"]
        trace.asked.maxOutputTokens = 256
        trace.asked.temperature = 0.5
        trace.asked.topP = 0.9
        trace.asked.seed = 42
        trace.asked.wantsJSON = true
        return trace
    }

    static let spans = maker.spans(of: trace)

    private static var failed: AttemptReport {
        var attempt = AttemptReport.ran(
            "gpu/qwen3:8b", after: .seconds(2), for: .seconds(3), .upstreamOverloaded)
        attempt.lane = "gpu"
        attempt.queueWait = .seconds(2)
        attempt.httpStatus = 503
        attempt.upstreamRequestID = "req-a"
        attempt.message = "canary-upstream said: canary-prompt"
        attempt.retryAfter = .seconds(4)
        return attempt
    }

    private static var passedOver: AttemptReport {
        var attempt = AttemptReport.skipped("cloud/small", .targetCooling)
        attempt.message = "canary-skip"
        return attempt
    }

    private static var answered: AttemptReport {
        var attempt = AttemptReport.ran(
            "cloud/large:high", after: .seconds(6), for: .milliseconds(1_500))
        attempt.lane = "cloud"
        attempt.upstreamRequestID = "req-b"
        attempt.firstChunkAfter = .milliseconds(250)
        attempt.finishReason = .toolCalls
        var usage = Models.Usage(input: 100, output: 20)
        usage.cacheReadTokens = 60
        usage.reasoningTokens = 5
        attempt.usage = usage
        return attempt
    }
}
