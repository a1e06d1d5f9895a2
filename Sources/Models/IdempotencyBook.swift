package import Clocks
import Lanes
import Synchronization

/// Runs calls with the same key once: a second one joins the first while it runs, and is given its
/// answer again for a while after. Failures are never kept.
package final class IdempotencyBook<Answer: Sendable>: Sendable {
    /// Whose key it is: another caller's key of the same name is another key.
    package struct Key: Sendable, Hashable {
        package var uid: UInt32
        package var callerID: String
        package var key: String

        package init(uid: UInt32, callerID: String, key: String) {
            self.uid = uid
            self.callerID = callerID
            self.key = key
        }
    }

    /// What the first call became.
    package enum Outcome: Sendable {
        case answered(Answer)
        case failed(CallFailure)
        /// Its caller left or ran out of time: that is no answer for anyone else.
        case gone
    }

    package enum Claim: Sendable {
        /// This is the one that runs. It ends with `settle`.
        case run
        case join(Joined)
        case replay(Answer)
        /// The key was used for another request.
        case conflict
        /// Too many wait for answers of others already.
        case full
    }

    /// A wait for the first call.
    package final class Joined: Sendable {
        fileprivate let key: Key
        fileprivate let bytes: Int
        let latch = Latch<Outcome?>()

        fileprivate init(_ key: Key, bytes: Int) {
            self.key = key
            self.bytes = bytes
        }
    }

    fileprivate enum Entry {
        /// Goes to answered, or is taken out when the call fails.
        case running(RequestPrint)
        case answered(RequestPrint, Answer, bytes: Int, until: Instant)
    }

    fileprivate struct Book {
        var entries: [Key: Entry] = [:]
        /// Who waits for what runs.
        var waiters: [Key: [ObjectIdentifier: Joined]] = [:]
        var room: WaitingRoom
        /// The answered ones, the oldest first; those taken out since are passed over.
        var order: [(key: Key, until: Instant)] = []
        var bytes = 0
    }

    private let keepFor: Duration
    private let entriesMax: Int
    private let bytesMax: Int
    private let book: Mutex<Book>

    /// - Parameters:
    ///   - entriesMax: over it, and over `bytesMax` of answers, the oldest are forgotten. An answer
    ///     over `bytesMax` by itself is not kept at all.
    ///   - waitersMax: calls that may wait for answers of others, and `waitingBytesMax` of their
    ///     prompts; half of either for one caller.
    package init(
        keepFor: Duration = .seconds(600), entriesMax: Int = 4_096, bytesMax: Int = 64 << 20,
        waitersMax: Int = 1_024, waitingBytesMax: Int = 64 << 20
    ) {
        self.keepFor = keepFor
        self.entriesMax = entriesMax
        self.bytesMax = bytesMax
        book = Mutex(Book(room: WaitingRoom(countMax: waitersMax, bytesMax: waitingBytesMax)))
    }

    /// - Parameter promptBytes: what the call holds while it waits, should it have to.
    package func claim(
        _ key: Key, _ print: RequestPrint, promptBytes: Int = 0, at now: Instant
    ) -> Claim {
        book.withLock { book in
            book.forget(before: now)
            switch book.entries[key] {
            case nil:
                book.entries[key] = .running(print)
                return .run
            case .running(let first):
                return first == print ? book.join(key, bytes: promptBytes) : .conflict
            case .answered(let first, let answer, _, _):
                return first == print ? .replay(answer) : .conflict
            }
        }
    }

    /// The call that runs for the key has ended.
    ///
    /// - Parameter bytes: about what keeping the answer takes.
    package func settle(_ key: Key, _ outcome: Outcome, bytes: Int, at now: Instant) {
        let waiters = book.withLock { book -> [Joined] in
            guard case .running(let print) = book.entries[key] else { return [] }
            book.entries[key] = nil
            if case .answered(let answer) = outcome, bytes <= bytesMax {
                let until = now + keepFor
                book.entries[key] = .answered(print, answer, bytes: bytes, until: until)
                book.order.append((key, until))
                book.bytes += bytes
                book.shrink(entriesMax, bytesMax)
            }
            return book.waiters.removeValue(forKey: key).map { Array($0.values) } ?? []
        }
        for waiter in waiters { waiter.latch.set(outcome) }
    }

    /// Waits for the call that was joined.
    ///
    /// - Returns: nil when this call was interrupted first.
    package func outcome(of joined: Joined, for call: Call) async -> Outcome? {
        defer { book.withLock { $0.left(joined) } }
        call.attemptStops { joined.latch.set(nil) }
        let outcome = await withTaskCancellationHandler {
            await joined.latch.value()
        } onCancel: {
            joined.latch.set(nil)
        }
        call.attemptStops(by: nil)
        return outcome
    }

    /// Answers kept, for the tests.
    package var count: Int { book.withLock { $0.entries.count } }
}

extension IdempotencyBook.Key {
    fileprivate var caller: CallerKey { CallerKey(uid: uid, callerID: callerID) }
}

extension IdempotencyBook.Book {
    fileprivate mutating func join(
        _ key: IdempotencyBook.Key, bytes: Int
    ) -> IdempotencyBook.Claim {
        guard room.enter(key.caller, bytes: bytes) else { return .full }
        let joined = IdempotencyBook.Joined(key, bytes: bytes)
        waiters[key, default: [:]][ObjectIdentifier(joined)] = joined
        return .join(joined)
    }

    /// The call waits no more, for whatever reason.
    fileprivate mutating func left(_ joined: IdempotencyBook.Joined) {
        room.leave(joined.key.caller, bytes: joined.bytes)
        waiters[joined.key]?[ObjectIdentifier(joined)] = nil
        if waiters[joined.key]?.isEmpty == true { waiters[joined.key] = nil }
    }

    fileprivate mutating func forget(before now: Instant) {
        while let oldest = order.first, oldest.until <= now { forgetOldest() }
    }

    fileprivate mutating func shrink(_ entriesMax: Int, _ bytesMax: Int) {
        while order.count > entriesMax || bytes > bytesMax, !order.isEmpty { forgetOldest() }
    }

    private mutating func forgetOldest() {
        let (key, until) = order.removeFirst()
        // The key may have been claimed anew since.
        guard case .answered(_, _, let size, let kept) = entries[key], kept == until else { return }
        entries[key] = nil
        bytes -= size
    }
}

/// A request by which another is known to be the same, without keeping it: 128 bits of a keyed hash
/// (SipHash), whose key is this process's own, so that nobody can make two requests that match.
package struct RequestPrint: Sendable, Hashable {
    private let low: Int
    private let high: Int

    package init(_ request: some Hashable) {
        var (low, high) = (Hasher(), Hasher())
        low.combine(0)
        low.combine(request)
        high.combine(1)
        high.combine(request)
        self.low = low.finalize()
        self.high = high.finalize()
    }
}
