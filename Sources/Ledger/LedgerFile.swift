import Foundation
import GRDB

/// The file itself.
enum LedgerFile {
    /// For a writer beside which others read.
    private static let busySeconds: TimeInterval = 2

    static func open(_ path: String) throws -> DatabaseQueue {
        // Made before SQLite makes it, which would let others read it.
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.journalMode = .wal
        configuration.prepareDatabase { database in
            // With WAL a crash of the machine loses the last batches, never the file.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try LedgerSchema.migrator.migrate(queue)
        return queue
    }

    static func openToRead(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}
