import Logging
import Synchronization

/// Keeps the log lines of a test.
final class Lines: Sendable {
    private struct Waiter {
        let words: String
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct Book {
        var lines: [String] = []
        var waiters: [Waiter] = []

        func count(_ words: String) -> Int { lines.count { $0.contains(words) } }
    }

    private let book = Mutex(Book())

    var all: [String] { book.withLock { $0.lines } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    func count(_ words: String) -> Int { book.withLock { $0.count(words) } }

    /// Returns when that many lines have these words.
    func wait(for words: String, count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = book.withLock { book in
                if book.count(words) >= count { return true }
                book.waiters.append(Waiter(words: words, count: count, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func note(_ line: String) {
        let ready = book.withLock { book in
            book.lines.append(line)
            let isReady: [Bool] = book.waiters.map { book.count($0.words) >= $0.count }
            defer { book.waiters = zip(book.waiters, isReady).filter { !$1 }.map(\.0) }
            return zip(book.waiters, isReady).filter(\.1).map(\.0)
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.note("\(event.message) \(event.metadata ?? [:])")
        }
    }
}
