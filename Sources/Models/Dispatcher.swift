import Clocks
import Lanes
package import Logging

/// Runs calls: checks the request, walks the chain of its model, one attempt a target, and ends
/// each call exactly once, with an answer or with a `CallFailure`. Stands between the wires and
/// the lanes.
package final class Dispatcher: Sendable {
    package let catalog: ModelCatalog
    private let limits: CallLimits
    private let logger: Logger

    package init(
        catalog: ModelCatalog, limits: CallLimits = CallLimits(),
        logger: Logger = Logger(label: "laneway.models")
    ) {
        self.catalog = catalog
        self.limits = limits
        self.logger = logger
    }

    /// Runs a call to its end.
    ///
    /// Heeds `call.interrupt(_:)` and the cancellation of the calling task, which counts as
    /// `callerLeft` unless something else came first.
    package func generate(
        _ request: ModelRequest, for call: Call
    ) async throws(CallFailure) -> ModelResponse {
        let (response, target) = try await walk(request, call) { model in
            (try await model.generate(request, for: call), model.target)
        }
        let now = call.time.now
        let ended = call.update { record in
            record.attemptEnded(on: target, at: now) {
                $0.upstreamRequestID = response.upstreamRequestID
            }
            return record.ended(.succeeded)
        }
        if !ended { throw interrupted(call, request, orElse: .callerLeft) }
        return response
    }

    /// Runs a call until its stream is established; what comes after is read from the stream.
    ///
    /// The stream is read by the task that `call.bind(stop:)` stops.
    package func stream(
        _ request: ModelRequest, for call: Call
    ) async throws(CallFailure) -> EstablishedStream {
        let (chunks, model) = try await walk(request, call) { model in
            (try await model.stream(request, for: call), model)
        }
        return EstablishedStream(chunks, of: model, for: call, request, self)
    }
}

// MARK: - The chain

extension Dispatcher {
    private func walk<Answer>(
        _ request: ModelRequest, _ call: Call, _ attempt: (LaneModel) async throws -> Answer
    ) async throws(CallFailure) -> Answer {
        let chain = try opened(request, call)
        let needs = RequestNeeds(request)
        var policy = ChainPolicy()
        for model in chain {
            if let lacking = policy.lacking(needs, in: model.capabilities) {
                policy.skip(model.target, lacking: lacking)
                call.update { $0.skipped(model.target, because: lacking) }
                continue
            }
            do {
                return try await attempt(model)
            } catch {
                try settle(error, on: model, call, request, &policy)
            }
        }
        throw end(call, request, policy.end(model: call.model))
    }

    private func opened(
        _ request: ModelRequest, _ call: Call
    ) throws(CallFailure) -> [LaneModel] {
        do {
            try request.check(limits: limits)
            return try catalog.models(of: call.model)
        } catch {
            throw end(call, request, error)
        }
    }

    /// Returns when the next target should be tried; throws what the call ends with.
    private func settle(
        _ error: any Error, on model: LaneModel, _ call: Call, _ request: ModelRequest,
        _ policy: inout ChainPolicy
    ) throws(CallFailure) {
        if call.isStopped(by: error) {
            attemptInterrupted(call, model.target)
            throw interrupted(call, request, orElse: .callerLeft)
        }
        switch error {
        case let failure as ProviderFailure:
            attemptEnded(call, model.target) { $0.failed(failure) }
            let window = model.capabilities.contextWindowTokens
            switch policy.next(after: failure, on: model.target, window: window) {
            case .failOver: return
            case .fail: throw end(call, request, policy.end(model: call.model))
            }
        case let refusal as LaneRefusal:
            throw refused(call, request, refusal, lane: model.lane?.name ?? "")
        case let failure as CallFailure:
            attemptEnded(call, model.target) { $0.failed(failure.reason, failure.message) }
            throw end(call, request, Refusal(failure))
        default:
            throw end(call, request, bug(error, call, model.target))
        }
    }

    private func refused(
        _ call: Call, _ request: ModelRequest, _ refusal: LaneRefusal, lane: String
    ) -> CallFailure {
        if let refusal = Refusal(refusal, lane: lane) { return end(call, request, refusal) }
        let late = call.deadline.map { call.time.now >= $0 } ?? false
        return interrupted(call, request, orElse: late ? .callerDeadline : .callerLeft)
    }

    /// What a provider throws that it may not throw. Only its type is told: its text is not known
    /// to be free of secrets.
    func bug(_ error: any Error, _ call: Call, _ target: Target) -> Refusal {
        let message = "\(target) failed with \(type(of: error)), which no provider may throw"
        attemptEnded(call, target) { $0.failed(.internal, message) }
        logger.error(
            "unexpected error of a provider",
            metadata: ["call_id": "\(call.attribution.callID)", "error": "\(type(of: error))"])
        return Refusal(.internal, message)
    }
}

// MARK: - Ends

extension Dispatcher {
    func end(
        _ call: Call, _ request: ModelRequest, _ refusal: Refusal, partialUsage: Usage? = nil
    ) -> CallFailure {
        _ = call.update { $0.ended(.failed(refusal.reason)) }
        var report = call.report()
        if call.persistPrompts {
            let snapshot = PromptSnapshot(request, bytesMax: limits.snapshotBytesMax)
            report.messages = snapshot.messages
            report.messagesTruncated = snapshot.truncated
        }
        return CallFailure(refusal, report: report, partialUsage: partialUsage)
    }

    /// The call ends by what interrupted it; by `cause` where only its task was cancelled.
    func interrupted(
        _ call: Call, _ request: ModelRequest, orElse cause: Interruption,
        partialUsage: Usage? = nil
    ) -> CallFailure {
        call.interrupt(cause)
        let cause = call.interruption ?? cause
        return end(call, request, call.refusal(for: cause), partialUsage: partialUsage)
    }

    func attemptEnded(
        _ call: Call, _ target: Target, _ describe: (inout AttemptReport) -> Void
    ) {
        let now = call.time.now
        call.update { $0.attemptEnded(on: target, at: now, describe) }
    }

    func attemptInterrupted(_ call: Call, _ target: Target) {
        let cause = call.interruption ?? .callerLeft
        let refusal = call.refusal(for: cause)
        let reason = cause == .idleTimeout ? .idleTimeout : refusal.reason
        attemptEnded(call, target) { $0.failed(reason, refusal.message) }
    }
}

extension Refusal {
    /// What a decorator has decided already.
    fileprivate init(_ failure: CallFailure) {
        self.init(failure.reason, failure.message)
        code = failure.code
        retryAfter = failure.retryAfter
        doNotRetry = failure.doNotRetry
    }
}
