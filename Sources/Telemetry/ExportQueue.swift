import Clocks
import DequeModule
import Models

/// Decides what is sent when. Pure: told of traces and of the time, asked for the next step.
struct ExportQueue: Sendable {
    enum Step: Sendable, Hashable {
        case sendSpans([CallTrace])
        case sendMetrics
        case wait(until: Instant)
        /// Closed, and nothing is left to send.
        case over
    }

    private enum State {
        case open
        /// Sends what waits, and the metrics once more. Goes to over.
        case closing
        case over
    }

    private var state = State.open
    private var waiting: Deque<CallTrace> = []
    /// When the traces that wait are sent, full batch or not; nil while none waits.
    private var spansDue: Instant?
    private var metricsDue: Instant
    private let interval: Duration
    /// Calls whose spans were given up, since the daemon began.
    private(set) var lost = 0

    init(interval: Duration, at now: Instant) {
        self.interval = interval
        metricsDue = now + interval
    }

    /// - Returns: whether whoever waits for the next step should ask again.
    mutating func add(_ trace: CallTrace, at now: Instant) -> Bool {
        guard state == .open, waiting.count < TelemetryLimits.waitingMax else {
            lost += 1
            return false
        }
        waiting.append(trace)
        if spansDue == nil {
            spansDue = now + TelemetryLimits.batchDelay
            return true
        }
        return waiting.count == TelemetryLimits.batchMax
    }

    mutating func close() {
        if state == .open { state = .closing }
    }

    /// Spans that were taken out and could not be sent.
    mutating func gaveUp(_ count: Int) { lost += count }

    /// There is no time left for what still waits.
    mutating func giveUpAll() {
        lost += waiting.count
        waiting = []
        spansDue = nil
    }

    mutating func next(at now: Instant) -> Step {
        if waiting.count >= TelemetryLimits.batchMax || state != .open && !waiting.isEmpty {
            return .sendSpans(takeBatch(at: now))
        }
        if let spansDue, now >= spansDue { return .sendSpans(takeBatch(at: now)) }
        switch state {
        case .over: return .over
        case .closing:
            state = .over
            return .sendMetrics
        case .open where now >= metricsDue:
            metricsDue = now + interval
            return .sendMetrics
        case .open: return .wait(until: min(spansDue ?? metricsDue, metricsDue))
        }
    }

    private mutating func takeBatch(at now: Instant) -> [CallTrace] {
        let batch = Array(waiting.prefix(TelemetryLimits.batchMax))
        waiting.removeFirst(batch.count)
        spansDue = waiting.isEmpty ? nil : now + TelemetryLimits.batchDelay
        return batch
    }
}
