package import Foundation
import GRDB

/// Asks a ledger questions, beside the daemon that writes it.
package struct LedgerReader: Sendable {
    private let database: DatabaseQueue

    /// - Throws: `LedgerUnusable`, which names the file.
    package init(path: String) throws(LedgerUnusable) {
        do {
            database = try LedgerFile.openToRead(path)
        } catch {
            throw LedgerUnusable(path: path, reason: "\(error)")
        }
    }

    /// What was used since then, summed by the columns asked for, the dearest first.
    package func usage(by columns: [UsageColumn], since: Date) throws -> [UsageRow] {
        let names = columns.map(\.sql)
        let grouping = names.isEmpty ? "" : "GROUP BY \(names.joined(separator: ", "))"
        let sql = """
            SELECT \((names + UsageRow.sums).joined(separator: ", "))
            FROM calls LEFT JOIN attempts ON attempts.call = calls.id
            WHERE calls.started_at >= ? \(grouping)
            ORDER BY cost DESC, input + output DESC, calls DESC
            """
        return try database.read { database in
            try Row.fetchAll(database, sql: sql, arguments: [since.millis]).map { row in
                UsageRow(row, columns: columns.count)
            }
        }
    }

    /// The last calls, the newest first, with their attempts.
    package func calls(failedOnly: Bool, since: Date, limit: Int) throws -> [LedgerCall] {
        let failed = failedOnly ? "AND reason IS NOT NULL" : ""
        return try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM calls WHERE started_at >= ? AND NOT detached \(failed)
                    ORDER BY started_at DESC, id DESC LIMIT ?
                    """, arguments: [since.millis, limit])
            return try rows.map { row in
                let attempts = try Row.fetchAll(
                    database, sql: "SELECT * FROM attempts WHERE call = ? ORDER BY number",
                    arguments: [row["id"] as Int64])
                return LedgerCall(row, attempts: attempts.map(LedgerAttempt.init))
            }
        }
    }
}

/// What usage can be summed by. The raw values are the command line's words.
package enum UsageColumn: String, Sendable, Hashable, CaseIterable {
    case caller, uid, run, user, tool, model, target, provider, lane, day

    /// Only these words ever get into a query.
    fileprivate var sql: String {
        switch self {
        case .caller: "calls.caller_id"
        case .uid: "calls.uid"
        case .run: "calls.run_id"
        case .user: "calls.user"
        case .tool: "calls.tool"
        case .model: "calls.model"
        case .target: "ifnull(attempts.target, '')"
        case .provider: "ifnull(attempts.provider, '')"
        case .lane: "ifnull(attempts.lane, calls.lane)"
        case .day: "date(calls.started_at / 1000, 'unixepoch')"
        }
    }
}

extension Date {
    fileprivate var millis: Int64 { Int64(timeIntervalSince1970 * 1_000) }
}
