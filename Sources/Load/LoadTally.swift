/// What was counted of a run.
struct LoadTally: Sendable {
    /// The status of a call: OK, or why it failed.
    struct Status: Sendable, Hashable {
        var code: String
        var reason: String
    }

    private(set) var begun = 0
    private(set) var begunMeasured = 0
    private(set) var unfinished = 0
    /// All calls that ended, those of the warm-up too: a failure there is one.
    private(set) var ends: [Status: Int] = [:]
    /// What the daemon said of the first call that failed so.
    private(set) var messages: [Status: String] = [:]

    /// Good calls from when they were due to their end.
    private(set) var latency = Timings()
    /// The same of those that failed: kept apart, as a refusal is quicker than any answer.
    private(set) var failedLatency = Timings()
    /// From when a call was due to when it was begun.
    private(set) var startLag = Timings()
    var firstChunk = Timings()
    var chunkGap = Timings()
    var chunks = 0

    /// Good calls, and chunks, that came while it was measured, whenever their calls began.
    var endedInWindow = 0
    var chunksInWindow = 0

    private static let good = Status(code: "OK", reason: "")

    mutating func began(isMeasured: Bool, lag: Duration) {
        begun += 1
        guard isMeasured else { return }
        begunMeasured += 1
        startLag.record(lag)
    }

    /// - Parameter took: nil for a call of the warm-up.
    mutating func ended(_ outcome: LoadOutcome, took: Duration?) {
        switch outcome {
        case .cutOff: unfinished += 1
        case .ok:
            ends[Self.good, default: 0] += 1
            if let took { latency.record(took) }
        case .failed(let code, let reason, let message):
            let status = Status(code: code, reason: reason)
            ends[status, default: 0] += 1
            if messages[status] == nil { messages[status] = message }
            if let took { failedLatency.record(took) }
        }
    }
}
