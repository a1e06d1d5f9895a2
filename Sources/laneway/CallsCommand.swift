internal import ArgumentParser
internal import Foundation
internal import Ledger

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "List the last calls with their attempts, from the ledger.")

    @Flag(help: "Only those that failed.")
    var failed = false

    @Option(help: "How many at most.")
    var limit = 20

    @OptionGroup var from: LedgerArguments

    func run() async throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit); it is 1 or more") }
        let calls = try from.reader().calls(
            failedOnly: failed, since: from.start(), limit: limit)
        if from.json {
            for call in calls { Terminal.print(call.json.text) }
        } else if calls.isEmpty {
            let what = failed ? "no call failed" : "no call was recorded"
            Terminal.print("\(what) since \(from.since) ago")
        } else {
            for call in calls { for line in call.lines { Terminal.print(line) } }
        }
    }
}

extension LedgerCall {
    /// The headline, then a line for each attempt.
    fileprivate var lines: [String] {
        let whose = [callerID.isEmpty ? nil : callerID, "uid \(uid)", run].compactMap { $0 }
        let headline =
            "\(startedAt.formatted(.iso8601)) \(reason ?? "OK") \(model) of \(whose.joined(separator: ", ")): "
            + "\(isStream ? "stream" : "generate") \(callID), \(queueWaitMillis) ms in the queue, "
            + "\(executionMillis) ms running"
        return [headline] + attempts.map { "  \($0.line)" }
    }

    private var run: String? { runID.isEmpty ? nil : "run \(runID)" }

    fileprivate var json: JSON {
        .object([
            "call_id": .text(callID), "started_at": .text(startedAt.formatted(.iso8601)),
            "caller_id": .text(callerID), "uid": .number(Int(uid)), "run_id": .text(runID),
            "user": .text(user), "tool": .text(tool), "trace_id": .text(traceID),
            "model": .text(model), "lane": .text(lane), "stream": .flag(isStream),
            "code": .number(code), "reason": .text(reason ?? ""), "phase": .text(phase),
            "queue_wait_ms": .number(queueWaitMillis), "execution_ms": .number(executionMillis),
            "took_ms": .number(tookMillis), "attempts": .list(attempts.map(\.json)),
        ])
    }
}

extension LedgerAttempt {
    fileprivate var line: String {
        let status = httpStatus == 0 ? "" : " HTTP \(httpStatus)"
        let tokens =
            inputTokens + outputTokens == 0
            ? "" : ", \(isEstimated ? "~" : "")\(inputTokens) tokens in, \(outputTokens) out"
        let cost = costNanoUSD.map { $0 == 0 ? "" : ", $\(Dollars.rounded($0))" } ?? ""
        return "\(target) \(reason ?? "OK")\(status), \(durationMillis) ms\(tokens)\(cost)"
    }

    fileprivate var json: JSON {
        .object([
            "target": .text(target), "lane": .text(lane), "code": .number(code),
            "reason": .text(reason ?? ""), "http_status": .number(httpStatus),
            "upstream_request_id": .text(upstreamRequestID),
            "queue_wait_ms": .number(queueWaitMillis), "duration_ms": .number(durationMillis),
            "input_tokens": .number(inputTokens), "output_tokens": .number(outputTokens),
            "estimated": .flag(isEstimated),
            "cost_usd": .text(costNanoUSD.map(Dollars.exact) ?? ""),
        ])
    }
}
