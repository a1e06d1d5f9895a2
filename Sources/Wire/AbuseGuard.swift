/// Counts what a peer makes a session do without any call coming of it. nghttp2 1.52 bounds some of
/// this by itself, not all: wire attacks of 2019 and after live on the rest.
///
/// Counts are for a period, which the session's owner begins anew every `periodSeconds`.
struct AbuseGuard {
    /// What one period may hold.
    struct Limits: Sendable, Hashable {
        /// SETTINGS frames: each is acknowledged.
        var settings = 100
        /// RST_STREAM that the peer made us send (CVE-2025-8671).
        var resets = 100
        /// RST_STREAM of its own. With more than these it is suspect: far from the 2,000 that nghttp2
        /// ends the connection for (CVE-2023-44487), and seldom reached by an honest client.
        var unsuspectedResets = 200
        /// Frames that carry nothing, less those that came with calls.
        var control = 10_000
        /// So many of them are granted for each frame of a call.
        var controlPerFrame = 8
        /// Empty DATA in a row that end nothing (CVE-2019-9518).
        var emptyData = 16
    }

    enum Event {
        case settings, emptyData, ownReset, peerReset
        /// WINDOW_UPDATE, PING, PRIORITY.
        case control
        /// HEADERS, and DATA that is not empty, either way.
        case callFrame
    }

    private let limits: Limits
    private var settings = 0
    private var resets = 0
    private var peerResets = 0
    private var control = 0
    private var emptyData = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    mutating func periodBegan() {
        (settings, resets, peerResets, control) = (0, 0, 0, 0)
    }

    /// The peer behaves as one that attacks, and may still be an honest one that cancels a lot.
    var isSuspect: Bool { peerResets > limits.unsuspectedResets }

    /// - Returns: why the connection is to end; nil while it may go on.
    mutating func saw(_ event: Event) -> String? {
        switch event {
        case .settings:
            settings += 1
            return over(settings, limits.settings, "SETTINGS")
        case .ownReset:
            resets += 1
            return over(resets, limits.resets, "streams in error")
        case .peerReset:
            peerResets += 1
            return saw(.control)
        case .control:
            control += 1
            return over(control, limits.control, "frames without a call")
        case .emptyData:
            emptyData += 1
            return over(emptyData, limits.emptyData, "empty DATA frames in a row")
        case .callFrame:
            emptyData = 0
            control = max(control - limits.controlPerFrame, -limits.control)
            return nil
        }
    }

    private func over(_ count: Int, _ limit: Int, _ what: String) -> String? {
        count > limit ? "\(count) \(what); at most \(limit) are taken" : nil
    }
}
