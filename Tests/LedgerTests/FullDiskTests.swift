import Foundation
import GRDB
import Lanes
import Logging
import Models
import Patience
import Testing

@testable import Ledger

/// The ledger on a disk without room, as SQLite itself tells of one. `test_ledger_disk.py` has
/// the disk that is full in truth.
@Suite(.timeLimit(.minutes(5 * Patience.slowness)))
struct FullDiskTests {
    private let lines = Lines()
    private let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "laneway-full-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "ledger.db").path
    }

    private func ledger() throws -> Ledger {
        // All that is written is counted, however slow the machine is.
        try Ledger(
            path: path, keepFor: .seconds(86_400), closeTimeout: .seconds(300), logger: lines.logger
        )
    }

    private func end(_ count: Int = 1, in ledger: Ledger) {
        let whose = Attribution(callID: "c", caller: CallerKey(uid: 1_000, callerID: "bot"))
        let report = CallReport(attribution: whose, lane: "gpu", model: "fast", phase: .execute)
        for _ in 0..<count {
            ledger.callEnded(UsageRecord(report, reason: nil, isStream: false, took: .zero))
        }
    }

    /// What the file holds, which has to be whole.
    private func written() throws -> Int {
        let queue = try DatabaseQueue(path: path)
        let verdict = try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(verdict == "ok")
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM calls") } ?? -1
    }

    private var lost: Int {
        lines.all.filter { $0.contains("records lost") }
            .compactMap { Int($0.filter(\.isNumber)) }.reduce(0, +)
    }

    @Test func `a full disk costs its records, is told of once, and is over when there is room`()
        async throws
    {
        let ledger = try ledger()
        let disk = try Disk(path)
        for time in 1...2 {
            try await disk.fill()
            end(in: ledger)
            await lines.wait(for: "cannot be written", count: time)
            try await disk.makeRoom()
            end(in: ledger)
            await lines.wait(for: "records lost", count: time)
        }
        await ledger.close()
        #expect(lines.all.first?.contains("SQLite error 13") == true, "SQLITE_FULL")
        #expect(lines.count("cannot be written") == 2 && lines.count("records lost") == 2)
        #expect(lost == 2)
        #expect(try written() == 2)
    }

    @Test func `a ledger that is closed on a full disk says what it has lost, in all`()
        async throws
    {
        let ledger = try ledger()
        try await Disk(path).fill()
        // Several batches, each of which fails.
        end(2_500, in: ledger)
        await ledger.close()
        #expect(lines.count("cannot be written") == 1)
        #expect(lines.count("records lost") == 1)
        #expect(lost == 2_500)
        #expect(try written() == 0)
    }

    @Test func `a batch for which there is too little room is lost whole`() async throws {
        let ledger = try ledger()
        try await Disk(path).fill(leaving: 10)
        end(500, in: ledger)
        await ledger.close()
        // Those that went in before the disk was full were taken back, and are counted as lost.
        #expect(lost >= 490)
        #expect(try written() + lost == 500)
    }

    @Test func `a bad time is told of also where records were lost before it`() async throws {
        let ledger = try ledger()
        let disk = try Disk(path)
        // Holds the first batch up, so that more come than may wait, before it fails.
        try await disk.lock()
        let count = Ledger.waitingMax + 3_000
        end(count, in: ledger)
        await lines.wait(for: "cannot be written")
        try await disk.unlock()
        await ledger.close()
        #expect(lines.count("cannot be written") == 1)
        #expect(lost > 0)
        #expect(try written() + lost == count)
    }
}

/// Another connection to the file, which takes its room away and gives it back.
///
/// It says that the highest number a row may have was given out already. SQLite then refuses the next
/// row with SQLITE_FULL, the very error of a full disk (<https://www.sqlite.org/autoinc.html>).
private struct Disk {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(60)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// - Parameter rows: for so many calls there is room.
    func fill(leaving rows: Int64 = 0) async throws {
        try await queue.write { database in
            try database.execute(sql: "DELETE FROM sqlite_sequence")
            try database.execute(
                sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('calls', ?)",
                arguments: [Int64.max - rows])
        }
    }

    func makeRoom() async throws {
        try await execute("DELETE FROM sqlite_sequence")
    }

    func lock() async throws { try await execute("BEGIN EXCLUSIVE") }

    func unlock() async throws { try await execute("COMMIT") }

    private func execute(_ sql: String) async throws {
        try await queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}
