import Clocks
package import Lanes

/// A model behind its lane: each attempt first takes a slot, then runs under the call's clocks.
/// Stands between the chain and the provider.
///
/// Without a lane (`lanes: off`) attempts pass straight through; clocks and report are the same.
package final class LaneModel: Model {
    package let inner: any Model
    /// nil where queueing is off.
    package let lane: Lane?
    package let limits: AttemptLimits
    package let target: Target
    package let capabilities: Capabilities
    private let detached: DetachedRuns

    /// - Parameter capabilities: nil for the model's own.
    package init(
        _ inner: any Model, lane: Lane?, limits: AttemptLimits,
        detached: DetachedRuns = DetachedRuns(), capabilities: Capabilities? = nil
    ) {
        self.inner = inner
        self.target = inner.target
        self.capabilities = capabilities ?? inner.capabilities
        self.lane = lane
        self.limits = limits
        self.detached = detached
    }

    package var answersAtOnce: Bool { inner.answersAtOnce }

    /// Holds its slot to the end.
    ///
    /// - Throws: `LaneRefusal` when there was no slot, else what the model throws, with the call's
    ///   attribution in it.
    package func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        do {
            return try await generateInLane(request, for: call)
        } catch {
            throw error.attributed(to: call)
        }
    }

    /// Holds its slot until the stream is established, or ends where the lane holds to completion.
    ///
    /// - Throws: as `generate`.
    package func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        do {
            return try await streamInLane(request, for: call)
        } catch {
            throw error.attributed(to: call)
        }
    }
}

// MARK: - In the lane

extension LaneModel {
    private func generateInLane(
        _ request: ModelRequest, for call: Call
    ) async throws -> ModelResponse {
        guard let lane else {
            start(call, waited: .zero, isStream: false)
            return try await execute(request, for: call)
        }
        let slot = try await self.slot(of: lane, for: call, request, isStream: false)
        start(call, waited: slot.waited, isStream: false)
        if !inner.answersAtOnce && lane.settings.onDisconnect == .finish {
            return try await finishDetached(request, for: call, slot)
        }
        do {
            let response = try await execute(request, for: call)
            slot.release(used: TokensUsed(response.usage), .well)
            return response
        } catch {
            release(slot, after: error, of: request)
            throw error
        }
    }

    private func streamInLane(
        _ request: ModelRequest, for call: Call
    ) async throws -> any ChunkStream {
        guard let lane else {
            start(call, waited: .zero, isStream: true)
            let stream = try await establish(request, for: call)
            established(call)
            return stream
        }
        let slot = try await self.slot(of: lane, for: call, request, isStream: true)
        start(call, waited: slot.waited, isStream: true)
        do {
            let stream = try await establish(request, for: call)
            established(call)
            return LaneStream(stream, slot.established())
        } catch {
            release(slot, after: error, of: request)
            throw error
        }
    }
}

// MARK: - The slot

extension LaneModel {
    @inline(never)
    private func slot(
        of lane: Lane, for call: Call, _ request: ModelRequest, isStream: Bool
    ) async throws -> Slot {
        let (isRetry, follow) = call.update { $0.waits(in: lane.name) }
        let job = Job(
            caller: call.attribution.caller, runID: call.attribution.runID,
            priority: call.priority, promptBytes: request.promptBytes,
            queueWaitMax: call.maxQueueWait, callerDeadline: call.deadline, isStream: isStream,
            isRetry: isRetry)
        let asked = call.time.now
        do {
            return try await lane.slot(for: job, follow: follow)
        } catch {
            let now = call.time.now
            call.update { $0.waited(from: asked, to: now, in: lane.name) }
            throw error
        }
    }

    @inline(never)
    private func start(_ call: Call, waited: Duration, isStream: Bool) {
        let now = call.time.now
        call.update {
            $0.attemptStarted(at: now, waited: waited, limits: limits, isStream: isStream)
        }
    }

    @inline(never)
    private func release(
        _ slot: consuming Slot, after error: any Error, of request: ModelRequest
    ) {
        slot.release(used: TokensUsed(error, of: request), Strain(error))
    }

    @inline(never)
    private func established(_ call: Call) {
        let now = call.time.now
        call.update { $0.established(at: now) }
    }
}

// MARK: - The run

extension LaneModel {
    private func execute(
        _ request: ModelRequest, for call: Call
    ) async throws -> ModelResponse {
        if inner.answersAtOnce { return try await inner.generate(request, for: call) }
        return try await stoppably(call) { [inner] in
            try await inner.generate(request, for: call)
        }
    }

    private func establish(
        _ request: ModelRequest, for call: Call
    ) async throws -> any ChunkStream {
        if inner.answersAtOnce { return try await inner.stream(request, for: call) }
        return try await stoppably(call) { [inner] in
            try await inner.stream(request, for: call)
        }
    }

    @inline(never)
    private func stoppably<Answer: Sendable>(
        _ call: Call, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await StoppableRun(call, limits).run(work)
    }

    /// `on_disconnect: finish`: what has its slot runs to its end under the execution clock, and
    /// keeps the slot until then. A caller that leaves is let go at once.
    @inline(never)
    private func finishDetached(
        _ request: ModelRequest, for call: Call, _ slot: consuming Slot
    ) async throws -> ModelResponse {
        let held = HeldSlot(slot)
        let latch = Latch<Departure>()
        // Made here, while the call's clocks are those of this attempt: a caller that leaves before
        // the run has begun must not leave it without a clock.
        let run = StoppableRun<ModelResponse>(call, limits)
        detached.start { [self] in
            let outcome = await result(of: {
                try await run.run(heedsCaller: false) { [inner] in
                    try await inner.generate(request, for: call)
                }
            })
            held.release(used: TokensUsed(outcome, of: request), Strain(outcome))
            if latch.set(.ended(outcome)) { return }
            detached.logFinished(call, target, outcome)
            call.afterlife.end(outcome)
        }
        let leave: @Sendable () -> Void = {
            latch.set(.left)
            // Whoever asks for it by name wants it ended, not only to be let go.
            if call.interruption == .cancelled { run.stop() }
        }
        call.attemptStops(by: leave)
        let departure = await withTaskCancellationHandler {
            await latch.value()
        } onCancel: {
            leave()
        }
        call.attemptStops(by: nil)
        switch departure {
        case .ended(let outcome): return try outcome.get()
        case .left:
            call.afterlife.begin()
            throw CancellationError()
        }
    }

    /// How the caller parts from an execution that may outlast it.
    private enum Departure: Sendable {
        case ended(Result<ModelResponse, any Error>)
        case left
    }
}

// MARK: - What an attempt says

extension Error {
    /// The error with the report of its call in it. A cancellation is nobody's.
    fileprivate func attributed(to call: Call) -> any Error {
        self is CancellationError ? self : AttributedError(self, call.report())
    }
}

extension Strain {
    init(_ error: any Error) {
        switch (error as? ProviderFailure)?.kind {
        case .rateLimited, .overloaded, .firstChunkTimeout: self = .overloaded
        default: self = .unknown
        }
    }

    init(_ outcome: Result<ModelResponse, any Error>) {
        switch outcome {
        case .success: self = .well
        case .failure(let error): self.init(error)
        }
    }
}

extension TokensUsed {
    init(_ usage: Usage) {
        self.init(input: usage.inputTokens, output: usage.outputTokens)
    }

    /// nil where the failure does not know.
    init?(_ error: any Error, of request: ModelRequest) {
        if let usage = (error as? ProviderFailure)?.partialUsage {
            self.init(usage)
        } else if error is CancellationError {
            // Cut short while it ran: upstream has read the prompt, and may have said anything. Who
            // sends long prompts and leaves would else be charged for the short ones before.
            self.init(
                input: TokenEstimate.tokens(bytes: request.promptBytes), output: 0, isLeast: true)
        } else {
            return nil
        }
    }

    init?(_ outcome: Result<ModelResponse, any Error>, of request: ModelRequest) {
        switch outcome {
        case .success(let response): self.init(response.usage)
        case .failure(let error): self.init(error, of: request)
        }
    }
}
