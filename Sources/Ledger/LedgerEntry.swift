import Foundation
import GRDB
import Lanes
import Models

/// One record on its way into the file.
struct LedgerEntry: Sendable {
    let record: UsageRecord
    /// When the call ended, by the wall clock.
    let endedAt: Date

    private var startedAtMillis: Int64 {
        Int64((endedAt.timeIntervalSince1970 * 1_000).rounded()) - record.took.wholeMillis
    }

    func insert(into database: Database, _ prices: PriceList) throws {
        try insertCall(into: database)
        let call = database.lastInsertedRowID
        for (number, attempt) in record.report.attempts.enumerated() {
            try insert(attempt, number + 1, of: call, into: database, prices)
        }
    }

    private func insertCall(into database: Database) throws {
        let (report, whose) = (record.report, record.report.attribution)
        try database.execute(
            sql: """
                INSERT INTO calls (call_id, started_at, caller_id, uid, run_id, user, tool, trace_id,
                  model, lane, priority, stream, detached, code, reason, phase, queue_wait_ms,
                  execution_ms, took_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                whose.callID, startedAtMillis, whose.caller.callerID, whose.caller.uid,
                whose.runID, whose.user, whose.tool, whose.trace?.traceID.description ?? "",
                report.model, report.lane, report.priority.wireName, record.isStream,
                record.isDetached,
                (record.reason?.code ?? .ok).rawValue, record.reason?.rawValue,
                report.phase.rawValue, report.queueWait.wholeMillis,
                report.execution.wholeMillis, record.took.wholeMillis,
            ])
    }

    private func insert(
        _ attempt: AttemptReport, _ number: Int, of call: Int64, into database: Database,
        _ prices: PriceList
    ) throws {
        let usage = attempt.usage ?? Usage()
        try database.execute(
            sql: """
                INSERT INTO attempts (call, number, target, provider, lane, upstream_request_id, code,
                  reason, http_status, queue_wait_ms, duration_ms, input_tokens, output_tokens,
                  cache_read_tokens, cache_write_tokens, reasoning_tokens, estimated, cost_nanousd)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                call, number, attempt.target.description, attempt.target.provider, attempt.lane,
                attempt.upstreamRequestID, attempt.code.rawValue, attempt.reason?.rawValue,
                attempt.httpStatus, attempt.queueWait.wholeMillis, attempt.duration.wholeMillis,
                usage.inputTokens, usage.outputTokens, usage.cacheReadTokens,
                usage.cacheWriteTokens, usage.reasoningTokens, usage.estimated,
                prices.price(of: attempt.target)?.cost(of: usage),
            ])
    }
}

extension Duration {
    fileprivate var wholeMillis: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
