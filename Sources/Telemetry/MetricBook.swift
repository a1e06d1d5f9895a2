import Messages
import Models

/// All that is counted of calls, since the daemon began. What is known of lanes is not in it: lanes
/// count for themselves.
struct MetricBook: Sendable {
    private var tokens = Family<AttemptKey, Distribution>(
        "gen_ai.client.token.usage", unit: "{token}", help: "Tokens used, by kind.",
        empty: Distribution(bounds: Bounds.tokens))
    private var durations = Family<AttemptKey, Distribution>(
        "gen_ai.client.operation.duration", unit: "s", help: "How long attempts ran upstream.",
        empty: Distribution(bounds: Bounds.seconds))
    private var firstChunks = Family<AttemptKey, Distribution>(
        "gen_ai.client.operation.time_to_first_chunk", unit: "s",
        help: "From the slot to the first chunk of a stream.",
        empty: Distribution(bounds: Bounds.firstChunkSeconds))
    private var chunkGaps = Family<AttemptKey, Distribution>(
        "gen_ai.client.operation.time_per_output_chunk", unit: "s",
        help: "From one chunk of a stream to the next.",
        empty: Distribution(bounds: ChunkGaps.bounds))
    private var calls = Family<CallKey, Distribution>(
        "laneway.call.duration", unit: "s", help: "From a call's arrival to its end.",
        empty: Distribution(bounds: Bounds.seconds))
    private var hops = Family<HopKey, Int>(
        "laneway.failover.hops", unit: "{hop}", help: "Moves of calls from one target to another.",
        empty: 0)
    private var skips = Family<SkipKey, Int>(
        "laneway.failover.skips", unit: "{attempt}", help: "Targets passed over without a try.",
        empty: 0)

    mutating func callEnded(_ trace: CallTrace) {
        let record = trace.record
        if !record.isDetached {
            let key = CallKey(method: record.method, reason: record.reason)
            calls.update(key) { $0.add(record.took.inSeconds) }
        }
        for attempt in record.report.attempts { add(attempt) }
    }

    mutating func failedOver(from: Target?, to: Target, _ reason: FailureReason) {
        hops.update(HopKey(from: from, to: to, reason: reason)) { $0 += 1 }
    }

    private mutating func add(_ attempt: AttemptReport) {
        var key = AttemptKey(provider: attempt.target.provider, model: attempt.target.model)
        if attempt.startedAt == nil {
            skips.update(SkipKey(target: attempt.target, reason: attempt.reason)) { $0 += 1 }
            return
        }
        if let usage = attempt.usage { add(usage, key) }
        if let wait = attempt.firstChunkAfter {
            firstChunks.update(key) { $0.add(wait.inSeconds) }
        }
        if let gaps = attempt.chunkGaps {
            chunkGaps.update(key) { $0.add(gaps.counts, sum: gaps.sum.inSeconds) }
        }
        key.reason = attempt.reason
        durations.update(key) { $0.add(attempt.duration.inSeconds) }
    }

    private mutating func add(_ usage: Models.Usage, _ key: AttemptKey) {
        var key = key
        key.isEstimate = usage.estimated
        for (kind, count) in [("input", usage.inputTokens), ("output", usage.outputTokens)] {
            key.tokenType = kind
            tokens.update(key) { $0.add(Double(count)) }
        }
    }

    func metrics(_ window: Window, _ providers: [String: ProviderIdentity]) -> [OTLPMetric] {
        let attempts = [tokens, durations, firstChunks, chunkGaps]
        return attempts.compactMap { $0.metric(window, providers) }
            + [
                calls.metric(window, providers), hops.metric(window, providers),
                skips.metric(window, providers),
            ].compactMap { $0 }
    }
}

/// Upper bounds of buckets. OpenTelemetry's where it names some, and on to half an hour: a slow
/// model's call may take as long.
enum Bounds {
    static let tokens = (0...13).map { Double(1 << (2 * $0)) }
    static let seconds = (0...16).map { 0.01 * Double(1 << $0) } + [1800]
    static let firstChunkSeconds = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30,
        60, 300, 1800,
    ]
}

// MARK: - Series

struct AttemptKey: SeriesKey {
    var provider: String
    var model: String
    var reason: FailureReason?
    var tokenType = ""
    var isEstimate = false

    func attributes(_ providers: [String: ProviderIdentity]) -> [OTLPKeyValue] {
        var attributes = Attributes()
        GenAI.set(
            &attributes, Target(provider: provider, model: model),
            providers[provider] ?? ProviderIdentity(name: provider))
        attributes.set("gen_ai.token.type", tokenType)
        attributes.set("error.type", reason?.errorType)
        if let reason, !reason.isError { attributes.set("laneway.reason", reason.rawValue) }
        attributes.set("laneway.usage.estimated", isEstimate)
        return attributes.list
    }
}

struct CallKey: SeriesKey {
    var method: String
    var reason: FailureReason?

    func attributes(_ providers: [String: ProviderIdentity]) -> [OTLPKeyValue] {
        var attributes = Attributes()
        attributes.set("rpc.method", method)
        attributes.set("rpc.response.status_code", (reason?.code ?? .ok).name)
        attributes.set("error.type", reason?.errorType)
        attributes.set("laneway.reason", reason?.rawValue)
        return attributes.list
    }
}

struct HopKey: SeriesKey {
    var from: Target?
    var to: Target
    var reason: FailureReason

    func attributes(_ providers: [String: ProviderIdentity]) -> [OTLPKeyValue] {
        var attributes = Attributes()
        attributes.set("laneway.from", from?.description)
        attributes.set("laneway.to", to.description)
        attributes.set("laneway.reason", reason.rawValue)
        return attributes.list
    }
}

struct SkipKey: SeriesKey {
    var target: Target
    var reason: FailureReason?

    func attributes(_ providers: [String: ProviderIdentity]) -> [OTLPKeyValue] {
        var attributes = Attributes()
        attributes.set("laneway.target", target.description)
        attributes.set("laneway.reason", reason?.rawValue)
        return attributes.list
    }
}
