internal import Client
internal import Messages

/// A failed call, for a person to read.
enum FailureReport {
    static func text(_ failure: CallError) -> String {
        let reason = failure.reason.isEmpty ? "" : " (\(failure.reason))"
        var lines = ["\(failure.code)\(reason): \(failure.message)"]
        if let info = failure.info { lines += describe(info) }
        if let usage = failure.partialUsage { lines.append(describe(usage)) }
        if let output = failure.invalidOutput {
            lines.append("  it said   \(output.text)\(output.truncated ? "…" : "")")
        }
        if let wait = failure.retryAfter {
            lines.append("  retry     in \(wait.formatted)")
        }
        return lines.joined(separator: "\n")
    }

    private static func describe(_ info: CallInfo) -> [String] {
        var lines = [
            "  call      \(info.callID) of uid \(info.uid)\(named("caller", info.callerID))"
                + named("run", info.runID) + named("user", info.user) + named("tool", info.tool),
            "  model     \(info.model)\(named("lane", info.lane))",
            "  ended     in phase \(info.phase.name), after \(info.queueWaitMs) ms in the queue "
                + "and \(info.executionMs) ms running",
        ]
        for (place, attempt) in info.attempts.enumerated() {
            lines.append(describe(attempt, number: place + 1))
        }
        return lines
    }

    private static func describe(_ attempt: Attempt, number: Int) -> String {
        let http = attempt.httpStatus == 0 ? "" : " HTTP \(attempt.httpStatus)"
        let id = attempt.upstreamRequestID.isEmpty ? "" : " request \(attempt.upstreamRequestID)"
        let reason = attempt.reason.isEmpty ? "" : " \(attempt.reason)"
        let message = attempt.message.isEmpty ? "" : ": \(attempt.message)"
        return "  attempt \(number) \(attempt.target) \(attempt.codeName)\(reason)\(http)\(id), "
            + "\(attempt.durationMs) ms\(message)"
    }

    private static func describe(_ usage: Usage) -> String {
        "  used      \(usage.inputTokens) tokens in, \(usage.outputTokens) out"
            + (usage.estimated ? " (estimated)" : "")
    }

    private static func named(_ word: String, _ value: String) -> String {
        value.isEmpty ? "" : ", \(word) \(value)"
    }
}

extension Phase {
    var name: String {
        switch self {
        case .unspecified: "UNSPECIFIED"
        case .queue: "QUEUE"
        case .establish: "ESTABLISH"
        case .execute: "EXECUTE"
        case .stream: "STREAM"
        case .unrecognized(let number): "\(number)"
        }
    }
}

extension Duration {
    /// Seconds with one decimal.
    var formatted: String {
        let tenths = Int((self / .milliseconds(100)).rounded(.up))
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
