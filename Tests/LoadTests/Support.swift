@testable import Load

extension LoadRun {
    /// One call from the moment it is claimed to its end, with chunks at these moments.
    ///
    /// - Returns: when it was due; nil when there was none.
    @discardableResult
    mutating func call(
        at now: Duration, until end: Duration, _ outcome: LoadOutcome = .ok,
        chunksAt chunks: [Duration] = []
    ) -> Duration? {
        guard let due = claim(at: now) else { return nil }
        var call = begin(due: due, at: max(now, due))
        for chunk in chunks { chunkArrived(of: &call, at: chunk) }
        ended(call, outcome, at: end)
        return due
    }
}

extension LoadSettings {
    static func of(stream: Bool = false, concurrency: Int = 2) -> LoadSettings {
        LoadSettings(
            model: "builtin/echo", isStream: stream, concurrency: concurrency, connections: 1)
    }
}

extension LoadOutcome {
    static let full = LoadOutcome.failed(
        code: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL", message: "the lane is full")
}

func ms(_ count: Int) -> Duration { .milliseconds(count) }
