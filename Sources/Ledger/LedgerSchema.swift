import GRDB

/// The tables of the ledger, and how older files are brought up to them. A migration that was released
/// is never changed.
enum LedgerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("calls and attempts") { database in
            try makeCalls(database)
            try makeAttempts(database)
        }
        return migrator
    }

    /// One row a call, and one more for an execution that outlived its call (`detached`).
    private static func makeCalls(_ database: Database) throws {
        try database.create(table: "calls") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("call_id", .text).notNull()
            // Milliseconds since 1970.
            table.column("started_at", .integer).notNull().indexed()
            table.column("caller_id", .text).notNull()
            table.column("uid", .integer).notNull()
            for name in ["run_id", "user", "tool", "trace_id", "model", "lane"] {
                table.column(name, .text).notNull()
            }
            table.column("priority", .text).notNull()
            table.column("stream", .boolean).notNull()
            table.column("detached", .boolean).notNull()
            // The gRPC code's number; the reason is null where it is 0.
            table.column("code", .integer).notNull()
            table.column("reason", .text)
            table.column("phase", .text).notNull()
            for name in ["queue_wait_ms", "execution_ms", "took_ms"] {
                table.column(name, .integer).notNull()
            }
        }
    }

    private static func makeAttempts(_ database: Database) throws {
        try database.create(table: "attempts") { table in
            table.column("call", .integer).notNull().references("calls", onDelete: .cascade)
            table.column("number", .integer).notNull()
            for name in ["target", "provider", "lane", "upstream_request_id"] {
                table.column(name, .text).notNull()
            }
            table.column("code", .integer).notNull()
            table.column("reason", .text)
            table.column("http_status", .integer).notNull()
            for name in ["queue_wait_ms", "duration_ms"] { table.column(name, .integer).notNull() }
            for name in LedgerSchema.tokens { table.column(name, .integer).notNull() }
            table.column("estimated", .boolean).notNull()
            // Billionths of a dollar; null where the target has no price.
            table.column("cost_nanousd", .integer)
            table.primaryKey(["call", "number"])
        }
    }

    static let tokens = [
        "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens",
        "reasoning_tokens",
    ]
}
