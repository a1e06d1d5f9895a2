/// How many of a peer's bytes are taken before it is asked whether the loop's turn is over: some
/// fifty small calls, and fewer where that much takes its time. What a byte costs differs by a
/// thousand times.
struct PieceLength {
    private static let atLeast = 256
    private static let atMost = 2 * 1_024
    /// Of a piece, so that a turn of a loop has room for those of several connections.
    private static let time = Duration.microseconds(100)

    private(set) var bytes = atMost

    /// - Parameter elapsed: what a piece of the present length took.
    mutating func adapt(to elapsed: Duration) {
        if elapsed > Self.time * 2 {
            bytes = max(bytes / Int(elapsed / Self.time), Self.atLeast)
        } else if elapsed < Self.time / 2 {
            bytes = min(bytes * 2, Self.atMost)
        }
    }
}
