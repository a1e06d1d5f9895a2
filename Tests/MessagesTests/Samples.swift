import Messages
import Testing

/// Examples of one message, and what the tests do with messages whose type they do not know.
struct Samples: Sendable, CustomTestStringConvertible {
    let fullName: String
    /// Each example encoded, and whether what was decoded from that was equal to it.
    let roundTrips: @Sendable () throws -> [(bytes: [UInt8], equal: Bool)]
    /// Decodes and encodes anew.
    let recoded: @Sendable ([UInt8]) throws(DecodingFailure) -> [UInt8]

    /// - Parameter examples: Between them they must set every field.
    init<M: WireMessage>(_ examples: M...) {
        fullName = M.fullName
        roundTrips = {
            try examples.map { example in
                let bytes = example.encoded()
                return (bytes, try M(decoding: bytes) == example)
            }
        }
        recoded = { bytes throws(DecodingFailure) in try M(decoding: bytes).encoded() }
    }

    var testDescription: String { fullName }
}

/// Text that C would lose or cut: a NUL, all lengths of UTF-8, and a combining sequence.
let awkward = "a\0b é ☺ 😈 👩‍👩‍👧 \u{FFFD}"

extension Samples {
    /// One entry for every message of proto/.
    static let all: [Samples] =
        google + answers + requests + lanes + models + traces + metrics + ttrpc + health
        + reflection + interop

    private static let google = [
        Samples(AnyMessage(typeURL: "type.googleapis.com/x", value: [0, 255])),
        Samples(DurationMessage(seconds: -3, nanos: -999_999_999)),
        Samples(ErrorInfo(reason: "R", domain: "laneway", metadata: ["a": "1", "": awkward])),
        Samples(RetryInfo(retryDelay: DurationMessage(seconds: 5, nanos: 1)), RetryInfo()),
        Samples(
            RPCStatusMessage(
                code: 8, message: awkward,
                details: [AnyMessage(packing: ErrorInfo(reason: "QUEUE_FULL")), AnyMessage()])),
    ]

    private static let lanes = [
        Samples(share),
        Samples(WaitBucket(uptoMs: 1, count: 2)),
        Samples(waits, WaitHistogram()),
        Samples(RefusalCount(reason: "QUEUE_FULL", count: 9)),
        Samples(laneStatus),
        Samples(ListLanesRequest(names: ["gpu", "", awkward])),
        Samples(ListLanesResponse(lanes: [laneStatus, LaneStatus()])),
        Samples(WatchLanesRequest(names: ["gpu"], intervalMs: 100)),
        Samples(WatchLanesResponse(lanes: [laneStatus])),
        Samples(
            UpdateLaneRequest(
                name: "gpu", concurrency: 2, queueDepthMax: 3, queueBytesMax: 4, paused: true,
                maxOpenStreams: 5),
            UpdateLaneRequest(
                concurrency: 0, queueDepthMax: 0, queueBytesMax: 0, paused: false,
                maxOpenStreams: 0),
            UpdateLaneRequest(name: "gpu")),
        Samples(UpdateLaneResponse(lane: laneStatus)),
    ]

    private static let share = CallerShare(
        uid: .max, callerID: "bot", weight: 2.5, queued: 3, queuedBytes: 4, running: 5,
        oldestWaitMs: 6, openStreams: 7, started: 8, firstPosition: 9, lastPosition: 10,
        estimatedWaitMs: 11)
    private static let waits = WaitHistogram(
        buckets: [WaitBucket(uptoMs: 1, count: 2), WaitBucket(count: 3)], sumMs: 4)

    private static let laneStatus = LaneStatus(
        name: "gpu", concurrency: 1, running: 2, openStreams: 3, maxOpenStreams: 4, queued: 5,
        queuedBytes: 6, queueDepthMax: 7, queueBytesMax: 8, paused: true, estimatedWaitMs: 9,
        callers: [share, CallerShare()], refusals: [RefusalCount(reason: "QUEUE_FULL", count: 1)],
        leakedSlots: 10, started: 11, promotions: 12, jainIndex: 0.5, queueWait: waits,
        cost: "tokens", hold: "completion", draining: true, slots: 13)

    private static let models = [
        Samples(capabilities),
        Samples(entry),
        Samples(ListModelsRequest()),
        Samples(ListModelsResponse(models: [entry, ModelEntry()])),
        Samples(ResolveModelRequest(model: "fast")),
        Samples(target),
        Samples(ResolveModelResponse(targets: [target, ResolvedTarget()])),
    ]

    private static let capabilities = Capabilities(
        contextWindowTokens: 128_000, tools: true, images: true, jsonSchema: true, reasoning: true)
    private static let entry = ModelEntry(name: "fast", targets: ["a/b", "c/d"], tier: true)
    private static let target = ResolvedTarget(
        target: "a/b:high", provider: "a", model: "b", effort: "high", lane: "a",
        capabilities: capabilities, coolingMs: 7)
}
