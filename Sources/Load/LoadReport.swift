/// What a run was asked to do, as far as only its report needs it.
package struct LoadSettings: Sendable, Hashable {
    package var model: String
    package var isStream: Bool
    /// At most so many calls at a time.
    package var concurrency: Int
    package var connections: Int

    package init(model: String, isStream: Bool, concurrency: Int, connections: Int) {
        self.model = model
        self.isStream = isStream
        self.concurrency = concurrency
        self.connections = connections
    }
}

/// What came of a run, for a person (`lines`, `complaints`) and for a program (`json`).
package struct LoadReport: Sendable, Hashable {
    package struct End: Sendable, Hashable {
        package var code: String
        package var reason: String
        package var calls: Int
        /// What the daemon said of the first of them.
        package var message: String
    }

    package let load: LoadSettings
    package let plan: LoadPlan
    package let isInterrupted: Bool

    /// Calls begun; those of the warm-up are among them.
    package let calls: Int
    package let warmupCalls: Int
    /// Due and never begun, because all that may be in flight were; nil in a closed loop.
    package let notStarted: Int?
    /// Cancelled here when the run was over.
    package let unfinished: Int
    /// How the calls ended, OK first, then the most frequent.
    package let ends: [End]

    package let callsPerSecond: Double
    package let latency: TimingSummary?
    package let failedLatency: TimingSummary?
    /// nil in a closed loop, where a call is due when it begins.
    package let startLag: TimingSummary?

    package let chunks: Int
    package let chunksPerSecond: Double
    package let firstChunk: TimingSummary?
    package let chunkGap: TimingSummary?

    init(
        load: LoadSettings, plan: LoadPlan, tally: LoadTally, isInterrupted: Bool,
        measuredSeconds: Double, notStarted: Int?
    ) {
        self.load = load
        self.plan = plan
        self.isInterrupted = isInterrupted
        self.notStarted = notStarted
        calls = tally.begun
        warmupCalls = tally.begun - tally.begunMeasured
        unfinished = tally.unfinished
        ends = Self.ends(tally)
        callsPerSecond = Self.rate(tally.endedInWindow, measuredSeconds)
        latency = tally.latency.summary
        failedLatency = tally.failedLatency.summary
        startLag = plan.pace == .whenFree ? nil : tally.startLag.summary
        chunks = tally.chunks
        chunksPerSecond = Self.rate(tally.chunksInWindow, measuredSeconds)
        firstChunk = tally.firstChunk.summary
        chunkGap = tally.chunkGap.summary
    }

    package var failures: [End] { ends.filter { $0.code != "OK" } }

    package var failed: Int { failures.reduce(0) { $0 + $1.calls } }

    private static func ends(_ tally: LoadTally) -> [End] {
        tally.ends.map { status, calls in
            End(
                code: status.code, reason: status.reason, calls: calls,
                message: tally.messages[status] ?? "")
        }.sorted { one, other in
            if (one.code == "OK") != (other.code == "OK") { return one.code == "OK" }
            return (-one.calls, one.code, one.reason) < (-other.calls, other.code, other.reason)
        }
    }

    private static func rate(_ count: Int, _ seconds: Double) -> Double {
        seconds > 0 ? Double(count) / seconds : 0
    }
}
