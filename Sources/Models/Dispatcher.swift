import Clocks
package import Lanes
package import Logging

/// Runs calls: checks the request, walks the chain of its model, and ends each call exactly once,
/// with an answer or with a `CallFailure`. Stands between the wires and the lanes.
package final class Dispatcher: Sendable {
    package let catalog: ModelCatalog
    private let allowed: AllowLists
    private let limits: CallLimits
    let rules: ChainRules
    let observers: [any FailoverObserver]
    private let logger: Logger

    package init(
        catalog: ModelCatalog, allowed: AllowLists = AllowLists(),
        limits: CallLimits = CallLimits(), rules: ChainRules = ChainRules(),
        observers: [any FailoverObserver] = [], logger: Logger = Logger(label: "laneway.models")
    ) {
        self.catalog = catalog
        self.allowed = allowed
        self.limits = limits
        self.rules = rules
        self.observers = observers
        self.logger = logger
    }

    /// Runs a call to its end.
    ///
    /// Heeds `call.interrupt(_:)` and the cancellation of the calling task, which counts as
    /// `callerLeft` unless something else came first.
    package func generate(
        _ request: ModelRequest, for call: Call
    ) async throws(CallFailure) -> ModelResponse {
        if request.responseFormat != .text { try await checkSchema(request, call) }
        let walk = try opened(request, call)
        let response = try await walk.run { model in
            try await model.generate(request, for: call)
        }
        try succeeded(request, call, response, walk.link)
        return response
    }

    // Apart, as is what else an async function does between two waits: its frame has room for
    // everything that is done in it, and memory for frames is most of what a call allocates.
    @inline(never)
    private func succeeded(
        _ request: ModelRequest, _ call: Call, _ response: ModelResponse, _ link: ChainLink
    ) throws(CallFailure) {
        let now = call.time.now
        holdBack(link, for: response.backOff, at: now)
        let ended = call.update { record in
            record.attemptEnded(on: link.model.target, at: now) {
                $0.upstreamRequestID = response.upstreamRequestID
                $0.finishReason = response.finishReason
                $0.usage = response.lastTurnUsage ?? response.usage
            }
            return record.ended(.succeeded)
        }
        if !ended { throw interrupted(call, request, orElse: .callerLeft) }
    }

    /// Runs a call until its stream is established; what comes after is read from the stream.
    ///
    /// The stream is read by the task that `call.bind(stop:)` stops.
    package func stream(
        _ request: ModelRequest, for call: Call
    ) async throws(CallFailure) -> EstablishedStream {
        if request.responseFormat != .text { try await checkSchema(request, call) }
        let walk = try opened(request, call)
        let chunks = try await walk.run { model in try await model.stream(request, for: call) }
        return established(chunks, walk.link, call, request)
    }

    @inline(never)
    private func established(
        _ chunks: any ChunkStream, _ link: ChainLink, _ call: Call, _ request: ModelRequest
    ) -> EstablishedStream {
        holdBack(link, for: chunks.backOff, at: call.time.now)
        return EstablishedStream(chunks, of: link.model, for: call, request, self)
    }

    private func holdBack(_ link: ChainLink, for wait: Duration?, at now: Instant) {
        guard let wait, wait > .zero else { return }
        let isNews = link.gate.cooling(at: now) == nil
        link.gate.heldBack(for: wait, at: now)
        if !isNews { return }
        logger.notice(
            "target is held back",
            metadata: ["target": "\(link.model.target)", "for": "\(wait.shownRoughly)"])
    }

    @inline(never)
    private func checkSchema(_ request: ModelRequest, _ call: Call) async throws(CallFailure) {
        do {
            try await catalog.schemas?.check(request)
        } catch {
            throw end(call, request, error)
        }
    }

    /// The call's way along its chain.
    @inline(never)
    private func opened(
        _ request: ModelRequest, _ call: Call
    ) throws(CallFailure) -> ChainWalk {
        do {
            try request.check(limits: limits)
            let chain = try catalog.chain(of: call.model)
            try checkAllowed(
                chain.links.lazy.map(\.model.target), call.model, call.attribution.caller)
            return ChainWalk(chain, request, call, self)
        } catch {
            throw end(call, request, error)
        }
    }

    /// - Parameter name: what the targets were asked for as.
    /// - Throws: CALLER_NOT_ALLOWED where the caller may not use one of them.
    package func checkAllowed(
        _ targets: some Sequence<Target>, _ name: String, _ caller: CallerKey
    ) throws(Refusal) {
        for target in targets where !mayUse(target, caller) {
            throw Refusal(
                .callerNotAllowed,
                """
                `\(name.brief)` stands for \(target), which caller `\(caller.callerID.brief)` of \
                uid \(caller.uid) may not use (callers[].tiers, callers[].targets)
                """)
        }
    }

    /// Whether the caller may use the target, by whatever name.
    package func mayUse(_ target: Target, _ caller: CallerKey) -> Bool {
        if allowed.isEmpty { return true }
        return allowed.allow(target, for: caller) { (try? catalog.targets(of: $0)) ?? [] }
    }
}

// MARK: - Ends

extension Dispatcher {
    /// A call that ran nothing of its own was given another's answer.
    package func shared(_ call: Call) {
        _ = call.update { $0.ended(.succeeded) }
    }

    /// A call that ran nothing of its own is told another's failure: what was tried is the other's,
    /// whose call it is is its own.
    package func shared(_ failure: CallFailure, with call: Call) -> CallFailure {
        _ = call.update { $0.ended(.failed(failure.reason)) }
        var own = failure
        own.report.attribution = call.attribution
        own.report.priority = call.priority
        return own
    }

    /// A call that was refused before it ran anything.
    package func refused(_ call: Call, _ refusal: Refusal) -> CallFailure {
        _ = call.update { $0.ended(.failed(refusal.reason)) }
        return CallFailure(refusal, report: call.report())
    }

    /// A call that ran nothing of its own was interrupted while it waited for another's answer.
    package func left(_ call: Call) -> CallFailure {
        call.interrupt(.callerLeft)
        let refusal = call.refusal(for: call.interruption ?? .callerLeft)
        _ = call.update { $0.ended(.failed(refusal.reason)) }
        return CallFailure(refusal, report: call.report())
    }

    func end(
        _ call: Call, _ request: ModelRequest, _ refusal: Refusal, partialUsage: Usage? = nil
    ) -> CallFailure {
        _ = call.update { $0.ended(.failed(refusal.reason)) }
        return CallFailure(
            refusal, report: report(of: call, request), partialUsage: partialUsage)
    }

    /// The call ends with what a decorator has decided.
    func end(_ call: Call, _ request: ModelRequest, _ decided: CallFailure) -> CallFailure {
        var failure = end(
            call, request, Refusal(decided), partialUsage: decided.partialUsage)
        failure.invalidOutput = decided.invalidOutput
        return failure
    }

    /// What has happened to the call up to now, with its prompt where prompts are kept: cut to what
    /// a client takes, or whole.
    func report(
        of call: Call, _ request: ModelRequest, wholePrompt: Bool = false
    ) -> CallReport {
        var report = call.report()
        if call.persistPrompts {
            let snapshot = PromptSnapshot(
                request, bytesMax: wholePrompt ? .max : limits.snapshotBytesMax)
            report.messages = snapshot.messages
            report.messagesTruncated = snapshot.truncated
        }
        return report
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

    /// - Parameter usage: what it had used by then, as far as can be told.
    func attemptInterrupted(
        _ call: Call, _ target: Target, usage: Usage?, gaps: ChunkGaps? = nil
    ) {
        let cause = call.interruption ?? .callerLeft
        let refusal = call.refusal(for: cause)
        let reason = cause == .idleTimeout ? .idleTimeout : refusal.reason
        attemptEnded(call, target) {
            $0.failed(reason, refusal.message)
            $0.usage = usage
            $0.chunkGaps = gaps
        }
    }

    /// A target is left alone from now on. What only a person can mend is an error. Upstream's own
    /// words are not logged: they may repeat the prompt.
    func tellCooling(
        _ cooling: TargetHealth.Cooling, of target: Target, _ failure: ProviderFailure,
        at now: Instant
    ) {
        logger.log(
            level: cooling.cause.logLevel, "target is left alone",
            metadata: [
                "target": "\(target)", "cause": "\(cooling.shown(at: now))",
                "reason": "\(failure.kind.reason.rawValue)",
                "http_status": "\(failure.httpStatus)",
            ])
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

extension TargetHealth.Cause {
    fileprivate var logLevel: Logger.Level {
        switch self {
        case .quota, .refused: .error
        case .breaker: .warning
        case .rateLimit, .heldBack: .notice
        }
    }
}
