internal import Clocks
internal import Messages
internal import Synchronization

/// How all lanes stood a moment ago, for everyone who watches.
final class RecentLanes: Sendable {
    private let last = Mutex<(at: Instant, lanes: [LaneStatus])?>(nil)

    /// Less than the shortest interval of a watch.
    private static let freshFor: Duration = .milliseconds(40)

    /// - Parameter look: run when what is known is too old. Two at once may both look.
    func statuses(at now: Instant, _ look: () -> [LaneStatus]) -> [LaneStatus] {
        if let last = last.withLock({ $0 }), now < last.at + Self.freshFor { return last.lanes }
        let lanes = look()
        last.withLock { $0 = (now, lanes) }
        return lanes
    }
}
