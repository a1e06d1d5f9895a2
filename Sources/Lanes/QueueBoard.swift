/// Where a waiting call stands.
package struct QueuePlace: Sendable, Hashable {
    /// Calls that start before it, as things are. Ones that come later may still go first: those
    /// of callers that have had less.
    package var ahead: Int
    /// Until it starts; nil when not known.
    package var estimatedWait: Duration?

    package typealias Follower = @Sendable (QueuePlace) -> Void
}

/// The waiting calls that follow their places, and what each was told last.
struct QueueBoard {
    private var entries: [Ticket: Entry] = [:]
    /// An alarm is set that looks at the places again.
    private var isWatched = false

    private struct Entry {
        let follow: QueuePlace.Follower
        var told: Int?
    }

    /// - Returns: whether the places must now be looked up from time to time.
    mutating func add(_ ticket: Ticket, _ follow: @escaping QueuePlace.Follower) -> Bool {
        entries[ticket] = Entry(follow: follow)
        defer { isWatched = true }
        return !isWatched
    }

    mutating func remove(_ ticket: Ticket) {
        if !entries.isEmpty { entries[ticket] = nil }
    }

    /// Asked each time the places have been looked up.
    ///
    /// - Returns: whether to do so again later.
    mutating func goesOn() -> Bool {
        isWatched = !entries.isEmpty
        return isWatched
    }

    /// - Parameter order: those waiting, in the order of their starts.
    /// - Returns: whom to tell what: those whose place has changed.
    mutating func placed(
        _ order: [Ticket], _ estimatedWait: (Int) -> Duration?
    ) -> [(QueuePlace.Follower, QueuePlace)] {
        var news: [(QueuePlace.Follower, QueuePlace)] = []
        if entries.isEmpty { return news }
        for (ahead, ticket) in order.enumerated() {
            guard let entry = entries[ticket], entry.told != ahead else { continue }
            entries[ticket]?.told = ahead
            news.append(
                (entry.follow, QueuePlace(ahead: ahead, estimatedWait: estimatedWait(ahead))))
        }
        return news
    }
}
