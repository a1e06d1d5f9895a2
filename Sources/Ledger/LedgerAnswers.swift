package import Foundation
import GRDB

/// What one group of calls used.
package struct UsageRow: Sendable, Hashable {
    /// The group: a value for each column asked for.
    package var group: [String]
    package var calls: Int
    package var failed: Int
    package var attempts: Int
    package var inputTokens: Int
    package var outputTokens: Int
    package var cacheReadTokens: Int
    package var cacheWriteTokens: Int
    package var reasoningTokens: Int
    /// Attempts whose tokens were estimated, because nobody counted them.
    package var estimated: Int
    /// Billionths of a dollar, of what has a price.
    package var costNanoUSD: Int64
    /// Attempts that used tokens and have no price.
    package var unpriced: Int

    static let sums = [
        "count(DISTINCT CASE WHEN NOT calls.detached THEN calls.id END) AS calls",
        "count(DISTINCT CASE WHEN NOT calls.detached AND calls.reason IS NOT NULL THEN calls.id END)",
        "count(attempts.call)", "ifnull(sum(attempts.input_tokens), 0) AS input",
        "ifnull(sum(attempts.output_tokens), 0) AS output",
        "ifnull(sum(attempts.cache_read_tokens), 0)",
        "ifnull(sum(attempts.cache_write_tokens), 0)",
        "ifnull(sum(attempts.reasoning_tokens), 0)",
        "count(CASE WHEN attempts.estimated THEN 1 END)",
        "ifnull(sum(attempts.cost_nanousd), 0) AS cost",
        """
        count(CASE WHEN attempts.cost_nanousd IS NULL
          AND attempts.input_tokens + attempts.output_tokens > 0 THEN 1 END)
        """,
    ]

    init(_ row: Row, columns: Int) {
        group = (0..<columns).map { index in
            (row[index] as DatabaseValue).storage.value.map { "\($0)" } ?? ""
        }
        calls = row[columns]
        failed = row[columns + 1]
        attempts = row[columns + 2]
        inputTokens = row[columns + 3]
        outputTokens = row[columns + 4]
        cacheReadTokens = row[columns + 5]
        cacheWriteTokens = row[columns + 6]
        reasoningTokens = row[columns + 7]
        estimated = row[columns + 8]
        costNanoUSD = row[columns + 9]
        unpriced = row[columns + 10]
    }
}

/// One call as the ledger has it.
package struct LedgerCall: Sendable, Hashable {
    package var callID: String
    package var startedAt: Date
    package var callerID: String
    package var uid: Int64
    package var runID: String
    package var user: String
    package var tool: String
    package var traceID: String
    package var model: String
    package var lane: String
    package var isStream: Bool
    package var code: Int
    /// nil where it succeeded.
    package var reason: String?
    package var phase: String
    package var queueWaitMillis: Int
    package var executionMillis: Int
    package var tookMillis: Int
    package var attempts: [LedgerAttempt]

    init(_ row: Row, attempts: [LedgerAttempt]) {
        callID = row["call_id"]
        startedAt = Date(timeIntervalSince1970: Double(row["started_at"] as Int64) / 1_000)
        callerID = row["caller_id"]
        uid = row["uid"]
        runID = row["run_id"]
        user = row["user"]
        tool = row["tool"]
        traceID = row["trace_id"]
        model = row["model"]
        lane = row["lane"]
        isStream = row["stream"]
        code = row["code"]
        reason = row["reason"]
        phase = row["phase"]
        queueWaitMillis = row["queue_wait_ms"]
        executionMillis = row["execution_ms"]
        tookMillis = row["took_ms"]
        self.attempts = attempts
    }
}

package struct LedgerAttempt: Sendable, Hashable {
    package var target: String
    package var lane: String
    package var code: Int
    package var reason: String?
    package var httpStatus: Int
    package var upstreamRequestID: String
    package var queueWaitMillis: Int
    package var durationMillis: Int
    package var inputTokens: Int
    package var outputTokens: Int
    package var isEstimated: Bool
    /// Billionths of a dollar; nil where the target has no price.
    package var costNanoUSD: Int64?

    init(_ row: Row) {
        target = row["target"]
        lane = row["lane"]
        code = row["code"]
        reason = row["reason"]
        httpStatus = row["http_status"]
        upstreamRequestID = row["upstream_request_id"]
        queueWaitMillis = row["queue_wait_ms"]
        durationMillis = row["duration_ms"]
        inputTokens = row["input_tokens"]
        outputTokens = row["output_tokens"]
        isEstimated = row["estimated"]
        costNanoUSD = row["cost_nanousd"]
    }
}
