import Clocks
import Lanes
import Messages
import Models

@testable import Telemetry

/// When the calls of these tests arrive, on the monotonic clock and on the wall.
enum Arrival {
    static let moment = Instant.origin + .seconds(1_000)
    static let unixNanoseconds: Int64 = 1_700_000_000_000_000_000
    static let wall = WallClock(unixNanoseconds: unixNanoseconds, at: moment)

    /// What the wall shows so much later.
    static func wall(after duration: Duration) -> UInt64 {
        UInt64(unixNanoseconds + Int64(duration / .nanoseconds(1)))
    }
}

extension TraceContext {
    /// Of a client that asked for its trace to be recorded, or not to be.
    static func ofClient(sampled: Bool = true) -> TraceContext {
        TraceContext(
            traceID: TraceID(high: 0x0123_4567_89AB_CDEF, low: 0x0FED_CBA9_8765_4321),
            parent: SpanID(raw: 0xAA), span: SpanID(raw: 0xBB), isSampled: sampled)
    }
}

extension AttemptReport {
    /// One that had its slot so long after the call's arrival.
    static func ran(
        _ target: String, after wait: Duration = .zero, for duration: Duration = .seconds(1),
        _ reason: FailureReason? = nil
    ) -> AttemptReport {
        var attempt = AttemptReport(target: Target(target) ?? Target(provider: "x", model: target))
        attempt.startedAt = Arrival.moment + wait
        attempt.duration = duration
        attempt.reason = reason
        return attempt
    }

    static func skipped(_ target: String, _ reason: FailureReason) -> AttemptReport {
        var attempt = ran(target, reason)
        attempt.startedAt = nil
        attempt.duration = .zero
        return attempt
    }
}

extension CallTrace {
    /// A call of a bot that has just ended.
    static func of(
        _ attempts: [AttemptReport], _ reason: FailureReason? = nil, took: Duration = .seconds(1),
        isStream: Bool = false, trace: TraceContext? = .ofClient()
    ) -> CallTrace {
        let report = CallReport(
            attribution: Attribution(
                callID: "call-1", caller: CallerKey(uid: 1_001, callerID: "bot"), trace: trace),
            model: "fast", attempts: attempts)
        return CallTrace(
            UsageRecord(report, reason: reason, isStream: isStream, took: took),
            arrived: Arrival.moment, asked: AskedSettings())
    }
}

extension Models.Usage {
    init(input: Int, output: Int, estimated: Bool = false) {
        self.init()
        inputTokens = input
        outputTokens = output
        self.estimated = estimated
    }
}

extension [OTLPKeyValue] {
    /// By their keys, texts in quotes: `'chat'`, `3`, `0.5`, `true`, `[stop]`.
    var shown: [String: String] {
        var shown: [String: String] = [:]
        for pair in self { shown[pair.key, default: ""] += pair.value?.value?.shown ?? "nothing" }
        return shown
    }
}

extension OTLPValue.Value {
    fileprivate var shown: String {
        switch self {
        case .stringValue(let text): "'\(text)'"
        case .boolValue(let truth): "\(truth)"
        case .intValue(let number): "\(number)"
        case .doubleValue(let number): "\(number)"
        case .arrayValue(let texts):
            "[" + texts.values.map { $0.stringValue ?? "nothing" }.joined(separator: ", ") + "]"
        }
    }
}
