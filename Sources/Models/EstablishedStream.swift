import Clocks
import Lanes
import Synchronization

/// The rest of a streamed call, from its first chunk on. It ends the call: with `.finish`, with a
/// failure, or by being let go.
///
/// For one task at a time, the one that `call.bind(stop:)` stops.
package final class EstablishedStream: Sendable {
    package let target: Target
    /// Empty where queueing is off.
    package let laneName: String
    /// Waited for slots, over all attempts.
    package let queueWait: Duration

    private let chunks: any ChunkStream
    /// Its place among the lane's open streams. Chunks are read past it, which saves each of them
    /// a call; so its end is told to it here.
    private let place: LaneStream?
    private let call: Call
    private let request: ModelRequest
    private let limits: AttemptLimits
    private let dispatcher: Dispatcher
    private let over = Atomic(false)
    private let outputBytes = Atomic(0)
    private let chunksGiven = Atomic(0)
    /// nil unless the call is traced.
    private let pace: ChunkPace?
    /// nil for a model that never waits.
    private let idle: IdleAlarm?
    /// Stopping a stream that waits means cancelling the task that reads it: `call.bind`.
    private let runsInPlace: Bool

    init(
        _ chunks: any ChunkStream, of model: LaneModel, for call: Call, _ request: ModelRequest,
        _ dispatcher: Dispatcher
    ) {
        self.target = model.target
        self.laneName = model.lane?.name ?? ""
        self.queueWait = call.update { $0.clocks.queueWait }
        self.place = chunks as? LaneStream
        self.chunks = place?.inner ?? chunks
        self.call = call
        self.request = request
        self.limits = model.limits
        self.dispatcher = dispatcher
        self.runsInPlace = model.answersAtOnce || call.isBound
        self.pace = call.isTraced ? ChunkPace(firstAt: call.time.now) : nil
        self.idle = model.answersAtOnce ? nil : IdleAlarm(call, model.limits.idleTimeout)
    }

    deinit {
        idle?.stop()
        if over.load(ordering: .relaxed) { return }
        dispatcher.attemptInterrupted(call, target, usage: estimate, gaps: pace?.gaps)
        _ = dispatcher.interrupted(call, request, orElse: .callerLeft)
    }

    package var upstreamRequestID: String { chunks.upstreamRequestID }

    /// The next chunk. The last is `.finish`; after it, nil.
    package func next() async throws(CallFailure) -> Chunk? {
        if over.load(ordering: .relaxed) { return nil }
        do {
            idle?.waits()
            let chunk = runsInPlace ? try await chunks.next() : try await pullStoppably()
            idle?.arrived()
            switch chunk {
            case .text(let text): count(text)
            case .reasoning(let text, _): count(text)
            case .toolCall(_, _, _, let arguments): count(arguments)
            case .finish(let reason, let usage): try finished(reason, usage)
            case nil: throw ProviderFailure(.interrupted, "upstream ended without finishing")
            }
            return chunk
        } catch {
            throw broken(error)
        }
    }

    /// Ends the call because its reader is gone or was stopped.
    package func abandoned() -> CallFailure {
        call.interrupt(.callerLeft)
        return broken(CancellationError())
    }

    /// Nobody has said how to stop the reading task, so each wait gets one that can be stopped.
    private func pullStoppably() async throws -> Chunk? {
        try await StoppableRun(call, limits).run { [chunks] in try await chunks.next() }
    }

    private func count(_ text: String) {
        // One reader at a time, so no addition is lost; a locked one costs more than the chunk.
        let bytes = outputBytes.load(ordering: .relaxed) &+ text.utf8.count
        outputBytes.store(bytes, ordering: .relaxed)
        let given = chunksGiven.load(ordering: .relaxed)
        chunksGiven.store(given &+ 1, ordering: .relaxed)
        // The first one had come before it was asked for.
        if given > 0 { pace?.chunkCame(at: call.time.now) }
    }
}

// MARK: - The end

// Apart from `next`, whose frame would else have room for all that is told at the end.
extension EstablishedStream {
    @inline(never)
    private func finished(_ reason: FinishReason, _ usage: Usage) throws {
        close(usage)
        let now = call.time.now
        let ended = call.update { record in
            record.attemptEnded(on: target, at: now) {
                $0.upstreamRequestID = chunks.upstreamRequestID
                $0.finishReason = reason
                $0.chunkGaps = pace?.gaps
                $0.usage = usage
            }
            return record.ended(.succeeded)
        }
        if !ended { throw CancellationError() }
    }

    private func close(_ usage: Usage) {
        over.store(true, ordering: .relaxed)
        idle?.stop()
        place?.end(used: TokensUsed(usage))
    }

    @inline(never)
    private func broken(_ error: any Error) -> CallFailure {
        let failure = error as? ProviderFailure
        let usage =
            failure?.partialUsage ?? (error as? CallFailure)?.partialUsage ?? estimate
        close(usage)
        if call.isStopped(by: error) || call.ending != nil {
            dispatcher.attemptInterrupted(call, target, usage: usage, gaps: pace?.gaps)
            return dispatcher.interrupted(
                call, request, orElse: .callerLeft, partialUsage: usage)
        }
        if let decided = error as? CallFailure {
            dispatcher.attemptEnded(call, target) {
                $0.failed(decided.reason, decided.message)
                $0.chunkGaps = pace?.gaps
                $0.usage = decided.partialUsage
            }
            return dispatcher.end(call, request, decided)
        }
        guard let failure else {
            let refusal = dispatcher.bug(error, call, target)
            return dispatcher.end(call, request, refusal, partialUsage: usage)
        }
        dispatcher.attemptEnded(call, target) {
            $0.failed(failure)
            $0.chunkGaps = pace?.gaps
            $0.usage = usage
        }
        var refusal = Refusal(.streamInterrupted, "\(target): \(failure.message)")
        refusal.doNotRetry = true
        return dispatcher.end(call, request, refusal, partialUsage: usage)
    }

    private var estimate: Usage {
        var usage = Usage(promptOf: request)
        // Many servers send a token a chunk, some many in one.
        usage.outputTokens = max(
            TokenEstimate.tokens(bytes: outputBytes.load(ordering: .relaxed)),
            chunksGiven.load(ordering: .relaxed))
        return usage
    }
}
