import Clocks
import Messages
import Models

/// The spans of a call that has ended, made of its report: one for the call, one for each wait, one
/// for each attempt. Nothing is kept for them while the call runs.
///
/// Prompts, answers and upstream's own words are in none of them.
struct SpanMaker {
    let providers: [String: ProviderIdentity]
    let wall: WallClock

    func spans(of trace: CallTrace) -> [OTLPSpan] {
        let report = trace.record.report
        guard let context = report.attribution.trace, let root = context.span, context.isSampled
        else { return [] }
        let family = Family(traceID: context.traceID, root: root)
        if trace.record.isDetached { return detached(trace, family) }
        var spans = [call(trace, family, parent: context.parent)]
        for (number, wait) in report.waits.enumerated() {
            spans.append(self.wait(wait, number, family))
        }
        for (number, attempt) in report.attempts.enumerated() {
            guard let startedAt = attempt.startedAt else { continue }
            if attempt.queueWait > .zero {
                let wait = WaitReport(
                    beganAt: startedAt - attempt.queueWait, took: attempt.queueWait,
                    lane: attempt.lane)
                spans.append(self.wait(wait, report.waits.count + number, family))
            }
            spans.append(
                self.attempt(attempt, startedAt, family.child(.attempt, number), trace))
        }
        return spans
    }

    /// What the spans of one call have in common.
    private struct Family {
        let traceID: TraceID
        let root: SpanID

        func child(_ part: SpanID.Part, _ number: Int) -> OTLPSpan {
            var span = OTLPSpan(
                traceID: traceID.bytes, spanID: root.child(part, number).bytes,
                parentSpanID: root.bytes, flags: Self.sampled)
            span.kind = .internal
            return span
        }

        func top(parent: SpanID?) -> OTLPSpan {
            OTLPSpan(
                traceID: traceID.bytes, spanID: root.bytes, parentSpanID: parent?.bytes ?? [],
                flags: Self.sampled)
        }

        private static let sampled: UInt32 = 1
    }
}

// MARK: - One of each

extension SpanMaker {
    private func call(_ trace: CallTrace, _ family: Family, parent: SpanID?) -> OTLPSpan {
        let record = trace.record
        var span = family.top(parent: parent)
        span.name = record.method
        span.kind = .server
        set(&span, from: trace.arrived, took: record.took)
        span.attributes = CallAttributes.list(trace)
        span.events = record.report.attempts.filter { $0.startedAt == nil }.map {
            skip($0, at: trace.arrived)
        }
        if let reason = record.reason, reason.isServersFault {
            span.status = OTLPSpanStatus(code: .error)
        }
        return span
    }

    /// When it was skipped is not kept: it took no time.
    private func skip(_ attempt: AttemptReport, at arrived: Instant) -> OTLPSpanEvent {
        var attributes = Attributes()
        attributes.set("laneway.target", attempt.target.description)
        attributes.set("laneway.reason", attempt.reason?.rawValue)
        return OTLPSpanEvent(
            timeUnixNano: wall.unixNanoseconds(arrived), name: "laneway.target.skipped",
            attributes: attributes.list)
    }

    private func wait(_ wait: WaitReport, _ number: Int, _ family: Family) -> OTLPSpan {
        var span = family.child(.wait, number)
        span.name = wait.lane.isEmpty ? "wait for target" : "queue \(wait.lane)"
        set(&span, from: wait.beganAt, took: wait.took)
        var attributes = Attributes()
        attributes.set("laneway.lane", wait.lane)
        span.attributes = attributes.list
        return span
    }

    private func attempt(
        _ attempt: AttemptReport, _ startedAt: Instant, _ child: OTLPSpan, _ trace: CallTrace
    ) -> OTLPSpan {
        let provider =
            providers[attempt.target.provider] ?? ProviderIdentity(name: attempt.target.provider)
        var span = child
        span.name = "\(GenAI.operation) \(attempt.target.model)"
        // Models inside this process have no address.
        if !provider.address.isEmpty { span.kind = .client }
        set(&span, from: startedAt, took: attempt.duration)
        span.attributes = AttemptAttributes.list(attempt, trace, provider)
        if let reason = attempt.reason, reason.isError {
            span.status = OTLPSpanStatus(code: .error)
        }
        return span
    }

    /// An execution that its caller had left: its own span, below the call's.
    private func detached(_ trace: CallTrace, _ family: Family) -> [OTLPSpan] {
        trace.record.report.attempts.enumerated().compactMap { number, attempt in
            attempt.startedAt.map {
                self.attempt(attempt, $0, family.child(.detached, number), trace)
            }
        }
    }

    private func set(_ span: inout OTLPSpan, from began: Instant, took: Duration) {
        span.startTimeUnixNano = wall.unixNanoseconds(began)
        span.endTimeUnixNano = wall.unixNanoseconds(began + took)
    }
}

extension UsageRecord {
    /// `rpc.method`, and the name of the call's span.
    var method: String { "laneway.v1.Laneway/" + (isStream ? "Stream" : "Generate") }
}

extension TraceID {
    var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}

extension SpanID {
    var bytes: [UInt8] { raw.bigEndianBytes }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - $0 * 8)) }
    }
}
