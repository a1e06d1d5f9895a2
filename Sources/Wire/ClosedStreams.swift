/// What a server remembers of streams that are gone, to tell a peer that breaks the rules from one
/// that does not know yet (RFC 9113, section 5.1, "closed"). nghttp2 forgets them.
///
/// Whoever has not seen our RST_STREAM may go on sending. It counts such a stream as open until
/// then, so there are never more of them than it may have open.
struct ClosedStreams {
    /// The highest stream that the peer has opened.
    private var lastOpened: Int32 = 0
    private var reset: Set<Int32> = []
    /// The same, oldest first; a ring once it is full.
    private var order: [Int32] = []
    private var oldest = 0
    private let resetsMax: Int

    init(resetsMax: Int) {
        self.resetsMax = max(1, resetsMax)
    }

    mutating func opened(_ id: Int32) { lastOpened = max(lastOpened, id) }

    /// We have reset that stream, or are about to.
    mutating func weReset(_ id: Int32) {
        guard reset.insert(id).inserted else { return }
        if order.count < resetsMax { return order.append(id) }
        reset.remove(order[oldest])
        order[oldest] = id
        oldest = (oldest + 1) % resetsMax
    }

    /// Whether the peer may not send on that stream, of which the session has none open.
    func isOver(_ id: Int32) -> Bool { id <= lastOpened && !reset.contains(id) }
}
