package import AsyncHTTPClient
package import Clocks
package import Lanes
package import Logging
import Messages
package import Models
import Synchronization

/// Tells a collector of the calls: spans and metrics, by OTLP over HTTP. Hears of each call when it
/// has ended, and of each hop between targets.
///
/// No call waits for it. What waits to be sent is bounded; what is over the bound, or not taken by
/// the collector in time, is counted, and the count is logged and exported.
package final class Telemetry: TraceSink, FailoverObserver {
    private struct State {
        var queue: ExportQueue
        var book = MetricBook()
        var ids = TraceIDs()
        /// Waits for the next step; cancelled when it comes earlier.
        var nap: Task<Void, Never>?
        /// The next step came earlier while nobody napped.
        var isAwake = false
        /// What failed when it was last exported. While there is any, it is a bad time: a collector
        /// may take metrics and no spans.
        var failing: Set<OTLPSender.Signal> = []
        /// Of the lost calls, those that the log has told of.
        var lostTold = 0

        /// The next step may be due: whoever naps asks again.
        mutating func wake() {
            if let nap { nap.cancel() } else { isAwake = true }
        }

        /// - Returns: all calls lost so far, where some of them have not been told of; else nil.
        mutating func untoldLoss() -> Int? {
            defer { lostTold = queue.lost }
            return queue.lost > lostTold ? queue.lost : nil
        }
    }

    private let settings: TelemetrySettings
    private let sender: OTLPSender
    private let time: any TimeSource
    private let lanes: @Sendable () -> [LaneSnapshot]
    private let logger: Logger
    private let resource: OTLPResource
    /// Nanoseconds since 1970: what is counted was counted from here on.
    private let startedAt: UInt64
    private let state: Mutex<State>
    /// Sends until the daemon stops; `close` waits for it.
    private let loop = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - client: its redirects are not followed; it outlives this.
    ///   - lanes: the lanes as they are when they are asked for.
    package init(
        _ settings: TelemetrySettings, client: HTTPClient, time: any TimeSource,
        lanes: @escaping @Sendable () -> [LaneSnapshot], logger: Logger
    ) {
        self.settings = settings
        self.time = time
        self.lanes = lanes
        self.logger = logger
        sender = OTLPSender(settings, client: client, time: time)
        resource = settings.resourceMessage
        let now = time.now
        startedAt = WallClock.read(at: now).unixNanoseconds(now)
        state = Mutex(State(queue: ExportQueue(interval: settings.interval, at: now)))
    }

    package func start() {
        loop.withLock { $0 = Task { await run() } }
    }

    package func context(of client: TraceContext?) -> TraceContext {
        state.withLock { $0.ids.context(of: client, sample: settings.sample) }
    }

    package func callEnded(_ trace: CallTrace) {
        let now = time.now
        let isSampled = trace.record.report.attribution.trace?.isSampled ?? false
        state.withLock { state in
            state.book.callEnded(trace)
            if isSampled, state.queue.add(trace, at: now) { state.wake() }
        }
    }

    package func failedOver(_ error: any Error, to target: Target) {
        guard let hop = FailoverRecord(error, to: target) else { return }
        state.withLock { $0.book.failedOver(from: hop.from, to: hop.to, hop.reason) }
    }

    /// Sends what waits. Returns when that is done, or after some seconds: a collector that hangs
    /// must not keep the daemon from stopping.
    package func close() async {
        guard let loop = loop.withLock({ $0 }) else { return }
        state.withLock { state in
            state.queue.close()
            state.wake()
        }
        let impatience = Task {
            try await time.pause(until: time.now + TelemetryLimits.closeTimeout)
            loop.cancel()
        }
        await loop.value
        impatience.cancel()
        tellLoss { state in
            state.queue.giveUpAll()
            state.failing = []
        }
    }
}

// MARK: - The loop

extension Telemetry {
    private func run() async {
        while !Task.isCancelled {
            let now = time.now
            switch state.withLock({ $0.queue.next(at: now) }) {
            case .sendSpans(let batch): await sendSpans(batch)
            case .sendMetrics: await sendMetrics()
            case .wait(let until): await nap(until: until)
            case .over: return
            }
        }
    }

    private func nap(until: Instant) async {
        let nap = Task { [time] in
            do { try await time.pause(until: until) } catch {}
        }
        state.withLock { state in
            state.nap = nap
            if state.isAwake { nap.cancel() }
            state.isAwake = false
        }
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        state.withLock { $0.nap = nil }
    }

    private func sendSpans(_ batch: [CallTrace]) async {
        let maker = SpanMaker(providers: settings.providers, wall: .read(at: time.now))
        let scope = OTLPScopeSpans(
            scope: Self.scope, spans: batch.flatMap { maker.spans(of: $0) })
        let request = OTLPTraceRequest(
            resourceSpans: [OTLPResourceSpans(resource: resource, scopeSpans: [scope])])
        await send(request, .traces) { state in state.queue.gaveUp(batch.count) }
    }

    private func sendMetrics() async {
        let now = time.now
        let window = Window(
            start: startedAt, end: WallClock.read(at: now).unixNanoseconds(now))
        let (book, lost) = state.withLock { ($0.book, $0.queue.lost) }
        let metrics =
            book.metrics(window, settings.providers) + LaneMetrics.metrics(lanes(), window)
            + [.lostTraces(lost, window)]
        let scope = OTLPScopeMetrics(scope: Self.scope, metrics: metrics)
        let request = OTLPMetricsRequest(
            resourceMetrics: [OTLPResourceMetrics(resource: resource, scopeMetrics: [scope])])
        // Nothing is lost with them: the next export tells all of it again.
        await send(request, .metrics) { _ in }
    }

    private func send(
        _ request: some WireMessage, _ signal: OTLPSender.Signal,
        onLoss: (inout State) -> Void
    ) async {
        do {
            let refused = try await sender.send(request, signal)
            // A bad time that is over has cost what was not known when it began.
            tellLoss { $0.failing.remove(signal) }
            if refused.rejected > 0 || !refused.errorMessage.isEmpty { tell(refused, signal) }
        } catch {
            let reason = (error as? ExportFailure)?.reason ?? "the daemon stopped"
            let isNews = state.withLock { state in
                onLoss(&state)
                defer { state.failing.insert(signal) }
                return state.failing.isEmpty
            }
            // Once for a bad time, not for every batch.
            if isNews { tell(reason, signal) }
        }
    }

    private func tell(_ reason: String, _ signal: OTLPSender.Signal) {
        let lost = state.withLock { state in
            _ = state.untoldLoss()
            return state.lostTold
        }
        logger.warning(
            "telemetry was not exported",
            metadata: [
                "endpoint": "\(settings.endpoint)\(signal.rawValue)", "reason": "\(reason)",
                "lost_calls": "\(lost)",
            ])
    }

    private func tellLoss(after change: (inout State) -> Void) {
        let lost = state.withLock { state in
            change(&state)
            return state.failing.isEmpty ? state.untoldLoss() : nil
        }
        guard let lost else { return }
        logger.warning("spans of calls were lost", metadata: ["lost_calls": "\(lost)"])
    }

    private func tell(_ refused: OTLPPartialSuccess, _ signal: OTLPSender.Signal) {
        logger.warning(
            "the collector refused a part",
            metadata: [
                "endpoint": "\(settings.endpoint)\(signal.rawValue)",
                "rejected": "\(refused.rejected)",
                "reason": "\(settings.cleaned(refused.errorMessage))",
            ])
    }

    private static let scope = OTLPScope(name: "laneway")
}

extension OTLPMetric {
    fileprivate static func lostTraces(_ count: Int, _ window: Window) -> OTLPMetric {
        OTLPMetric(
            name: "laneway.telemetry.lost", description: "Calls whose spans were given up.",
            unit: "{call}", counter: [OTLPNumberPoint(count, window, [])])
    }
}
