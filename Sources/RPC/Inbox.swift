internal import DequeModule

/// The messages of one stream that wait to be read, and the flow-control credit they hold back.
/// Stands between a call's deframer and its reader, at either end.
///
/// While too much waits, the peer's window stays shut. Bytes of a message that is not whole yet are
/// always paid back, or one longer than the window could never arrive.
struct Inbox<Message> {
    /// Credit is given while less than this waits, so that at most this and one window do.
    private static var waitingBytesMax: Int { 64 * 1_024 }

    /// What a message takes up in memory, the bytes apart that it refers to.
    private let messageSize: Int
    private var messages: Deque<Waiting> = []
    /// What the messages that wait take up, about.
    private(set) var waitingBytes = 0
    /// Taken off the wire and not paid back.
    private var owedBytes = 0

    private struct Waiting {
        var message: Message
        var bytes: Int
    }

    init(messageSize: Int) { self.messageSize = messageSize }

    var isEmpty: Bool { messages.isEmpty }

    /// - Parameter encodedBytes: what it took on the wire, without its prefix.
    mutating func append(_ message: Message, encodedBytes: Int) {
        // An empty message takes five bytes of wire and all of its type's memory.
        let bytes = max(encodedBytes, messageSize)
        messages.append(Waiting(message: message, bytes: bytes))
        waitingBytes += bytes
    }

    mutating func popFirst() -> Message? {
        guard let first = messages.popFirst() else { return nil }
        waitingBytes -= first.bytes
        return first.message
    }

    /// So many bytes of body were taken off the wire.
    mutating func bodyTaken(_ bytes: Int) {
        owedBytes += bytes
    }

    /// What the peer may be given back now, in bytes.
    mutating func takeCredit() -> Int {
        guard waitingBytes < Self.waitingBytesMax else { return 0 }
        defer { owedBytes = 0 }
        return owedBytes
    }
}
