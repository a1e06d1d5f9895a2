import Dispatch
import Foundation
import GRDB
package import Logging
package import Models
import Synchronization

/// The account of what calls cost: one SQLite file, written in batches by a thread of its own.
///
/// No call ever waits for it. A disk that is full or slow, or a file that somebody has locked, costs
/// records: those are counted, and the count is logged.
package final class Ledger: UsageSink {
    private struct Inbox {
        var entries: [LedgerEntry] = []
        var isScheduled = false
        /// Not written, since this was last logged.
        var lost = 0
        /// The last batch could not be written, which was logged.
        var isFailing = false
        var isClosed = false
    }

    private let inbox = Mutex(Inbox())
    private let thread = DispatchQueue(label: "laneway.ledger", qos: .utility)
    private let database: DatabaseQueue
    private let prices: PriceList
    private let keepFor: Duration
    private let closeTimeout: Duration
    private let logger: Logger
    private let pruneAt = Mutex(Date.distantPast)

    /// Records that may wait to be written.
    static let waitingMax = 16_384
    private static let batchMax = 1_024
    private static let batchDelay = DispatchTimeInterval.milliseconds(200)
    private static let pruneEvery: TimeInterval = 3_600

    /// Opens the file, or makes it, for its owner alone; its folder has to be there.
    ///
    /// - Parameters:
    ///   - keepFor: older calls are deleted.
    ///   - closeTimeout: for what is still to be written when the daemon stops.
    /// - Throws: `LedgerUnusable`, which names the file.
    package init(
        path: String, prices: PriceList = PriceList(), keepFor: Duration,
        closeTimeout: Duration = .seconds(5), logger: Logger
    ) throws(LedgerUnusable) {
        self.prices = prices
        self.keepFor = keepFor
        self.closeTimeout = closeTimeout
        self.logger = logger
        do {
            database = try LedgerFile.open(path)
        } catch {
            throw LedgerUnusable(path: path, reason: "\(error)")
        }
    }

    package func callEnded(_ record: UsageRecord) {
        let entry = LedgerEntry(record: record, endedAt: Date())
        let isFirst = inbox.withLock { inbox in
            guard !inbox.isClosed, inbox.entries.count < Self.waitingMax else {
                inbox.lost += 1
                return false
            }
            inbox.entries.append(entry)
            defer { inbox.isScheduled = true }
            return !inbox.isScheduled
        }
        if isFirst { thread.asyncAfter(deadline: .now() + Self.batchDelay) { self.writeAll() } }
    }

    /// Writes what it was told. Returns when that is done, or after some seconds: a disk that hangs
    /// must not keep the daemon from stopping.
    package func close() async {
        inbox.withLock { $0.isClosed = true }
        let isWritten = await finishes(within: closeTimeout) { done in
            thread.async {
                self.writeAll()
                // Closing puts what is in the write-ahead log into the file itself.
                try? self.database.close()
                done()
            }
        }
        if !isWritten { logger.warning("the ledger was not written to its end") }
        // A bad time that lasted to the end has not been told of yet.
        logLost()
    }
}

// MARK: - On the ledger's own thread

extension Ledger {
    private func writeAll() {
        while true {
            let batch = inbox.withLock { inbox in
                let batch = Array(inbox.entries.prefix(Self.batchMax))
                inbox.entries.removeFirst(batch.count)
                if batch.isEmpty { inbox.isScheduled = false }
                return batch
            }
            if batch.isEmpty { break }
            write(batch)
        }
        pruneIfDue()
    }

    private func write(_ batch: [LedgerEntry]) {
        do {
            try database.write { database in
                for entry in batch { try entry.insert(into: database, prices) }
            }
        } catch {
            return couldNotWrite(batch.count, error)
        }
        inbox.withLock { $0.isFailing = false }
        logLost()
    }

    private func couldNotWrite(_ count: Int, _ error: any Error) {
        let isFirst = inbox.withLock { inbox in
            defer { inbox.isFailing = true }
            inbox.lost += count
            return !inbox.isFailing
        }
        // Once for a bad time, not for every batch.
        if isFirst {
            logger.warning("the ledger cannot be written", metadata: ["error": "\(error)"])
        }
    }

    private func logLost() {
        let lost = inbox.withLock { inbox in
            defer { inbox.lost = 0 }
            return inbox.lost
        }
        if lost > 0 { logger.warning("ledger records lost", metadata: ["count": "\(lost)"]) }
    }

    private func pruneIfDue() {
        let now = Date()
        let isDue = pruneAt.withLock { pruneAt in
            guard now >= pruneAt else { return false }
            pruneAt = now + Self.pruneEvery
            return true
        }
        if !isDue { return }
        let oldest = now.timeIntervalSince1970 - Double(keepFor.components.seconds)
        _ = try? database.write { database in
            try database.execute(
                sql: "DELETE FROM calls WHERE started_at < ?", arguments: [Int64(oldest * 1_000)])
        }
    }
}

/// A ledger that cannot be opened.
package struct LedgerUnusable: Error, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String {
        "the ledger \(path) cannot be used: \(reason); check that its folder exists and is yours, or "
            + "set ledger.path"
    }
}
