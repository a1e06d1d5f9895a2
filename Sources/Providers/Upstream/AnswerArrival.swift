import NIOCore
import NIOHTTP1

/// What has come of an answer and was not taken yet. Pure: `Exchange` wakes who waits.
struct AnswerArrival {
    /// What may lie here before upstream is asked to stop. One read of a socket may go beyond it.
    static let heldBytesMax = 16 * 1024

    enum Found {
        case part(ByteBuffer)
        case ended
        case failed(any Error)
        case nothing
    }

    private var head: HTTPResponseHead?
    private var parts: [ByteBuffer] = []
    private var partsTaken = 0
    private var heldBytes = 0
    private var end: Result<Void, any Error>?
    private var waiter: CheckedContinuation<Void, Never>?
    /// Kept as long as upstream is to send no more.
    private var room: EventLoopPromise<Void>?

    // MARK: The client's side. Who gets a waiter wakes it.

    mutating func headArrived(_ head: HTTPResponseHead) -> CheckedContinuation<Void, Never>? {
        self.head = head
        return waiter.take()
    }

    /// - Parameter makeRoom: makes the promise that holds the next part back; called where enough
    ///   lies here.
    mutating func partArrived(
        _ part: ByteBuffer, makeRoom: () -> EventLoopPromise<Void>
    ) -> (waiter: CheckedContinuation<Void, Never>?, room: EventLoopPromise<Void>?) {
        parts.append(part)
        heldBytes += part.readableBytes
        if heldBytes >= Self.heldBytesMax, end == nil { room = makeRoom() }
        return (waiter.take(), room)
    }

    mutating func ended(
        _ result: Result<Void, any Error>
    ) -> (waiter: CheckedContinuation<Void, Never>?, room: EventLoopPromise<Void>?) {
        end = result
        return (waiter.take(), room.take())
    }

    // MARK: The call's side

    /// Nobody will take anything any more. An answer that was whole when it was held back ends only
    /// when it may go on.
    mutating func abandoned() -> EventLoopPromise<Void>? {
        end = .failure(CancellationError())
        return room.take()
    }

    /// The head, once; nil while there is none.
    ///
    /// - Throws: why none will come.
    mutating func takeHead() throws -> HTTPResponseHead? {
        if let head = head.take() { return head }
        try end?.get()
        return nil
    }

    /// What came before the end is given out before it. Who gets room makes use of it.
    mutating func takePart() -> (found: Found, room: EventLoopPromise<Void>?) {
        if partsTaken < parts.count {
            let part = parts[partsTaken]
            partsTaken += 1
            if partsTaken < parts.count { return (.part(part), nil) }
            parts.removeAll(keepingCapacity: true)
            (partsTaken, heldBytes) = (0, 0)
            return (.part(part), room.take())
        }
        switch end {
        case nil: return (.nothing, nil)
        case .success: return (.ended, nil)
        case .failure(let error): return (.failed(error), nil)
        }
    }

    /// False when there is something to take already.
    mutating func wait(_ waiter: CheckedContinuation<Void, Never>) -> Bool {
        if head != nil || partsTaken < parts.count || end != nil { return false }
        self.waiter = waiter
        return true
    }
}
