/// How much of its loop a suspect gets: a tenth of a millisecond, then a pause of a whole one. Who
/// floods costs the others that much at most, for as long as it takes to be cut off, and an honest
/// client that cancels a lot is served a little later.
struct Pacing {
    static let pause = Duration.milliseconds(1)
    private static let share = Duration.microseconds(100)

    private var spent = Duration.zero

    /// - Returns: whether a pause is due.
    mutating func isOver(after elapsed: Duration) -> Bool {
        spent += elapsed
        if spent < Self.share { return false }
        spent = .zero
        return true
    }
}
