import Clocks
import Lanes

/// One call on its way along its chain: the thin shell around `ChainMachine`. It runs the attempts,
/// waits, tells the observers of each hop, and puts everything that happens into the call's record.
///
/// Used by one task at a time. A class, or each async function would keep room for all of it.
final class ChainWalk {
    private let chain: Chain
    private let request: ModelRequest
    private let call: Call
    private let dispatcher: Dispatcher
    private var machine: ChainMachine
    private var health: LiveHealth
    /// What is to be done next, as the machine has said.
    private var step: ChainStep
    /// What is tried now, or was at last.
    private var attempt = ChainAttempt(place: 0, asProbe: false)
    /// Why the call moves on, and from which target; told once it is known where to.
    private var givenUp: (error: AttributedError, target: Target)?

    init(_ chain: Chain, _ request: ModelRequest, _ call: Call, _ dispatcher: Dispatcher) {
        self.chain = chain
        self.request = request
        self.call = call
        self.dispatcher = dispatcher
        let lane = chain.links.first?.model.lane?.queueWaitMax
        machine = ChainMachine(
            model: call.model, chain.targets(for: RequestNeeds(request)), rules: dispatcher.rules,
            queueWaitMax: min(call.maxQueueWait ?? .seconds(3600), lane ?? .seconds(60)),
            failsOverOnPolicy: chain.failsOverOnPolicy)
        health = LiveHealth(links: chain.links)
        step = machine.began(at: call.time.now, &health)
    }

    private var now: Instant { call.time.now }

    /// Tries until there is an answer or nothing is left to try. The answer is of `link`.
    @inline(never)
    func run<Answer: Sendable>(
        _ attempt: (LaneModel) async throws -> Answer
    ) async throws(CallFailure) -> Answer {
        while true {
            if let model = try tried() {
                do {
                    let answer = try await attempt(model)
                    answered()
                    return answer
                } catch {
                    try settle(error)
                }
            } else {
                try await wait()
            }
        }
    }

    /// The target that is tried now, or was at last.
    var link: ChainLink { chain.links[attempt.place] }

    /// - Returns: nil where there is nothing to try before a wait.
    @inline(never)
    private func tried() throws(CallFailure) -> LaneModel? {
        recordSkips()
        switch step {
        case .attempt(let begun):
            attempt = begun
            tellHop(to: link.model)
            return link.model
        case .wait: return nil
        case .end(let refusal): throw dispatcher.end(call, request, refusal)
        }
    }

    @inline(never)
    private func answered() { machine.answered(attempt, at: now, &health) }

    private func recordSkips() {
        for skip in machine.takeSkips() {
            let target = chain.links[skip.place].model.target
            call.update { $0.skipped(target, skip.reason, skip.message) }
            // What was tried and failed is why the call moves on, not what it passes on its way.
            if givenUp == nil { giveUp(Refusal(skip.reason, skip.message), target) }
        }
    }

    /// Kept as it is now, while the target's attempt is the last one.
    private func giveUp(_ error: any Error, _ target: Target) {
        if dispatcher.observers.isEmpty { return }
        let keepsPrompt = dispatcher.observers.contains(where: \.keepsPrompts)
        let report = dispatcher.report(of: call, request, wholePrompt: keepsPrompt)
        givenUp = (AttributedError(error, report), target)
    }

    private func tellHop(to model: LaneModel) {
        guard let (error, from) = givenUp else { return }
        let target = model.target
        givenUp = nil
        if from == target { return }
        for observer in dispatcher.observers { observer.failedOver(error, to: target) }
    }
}

// MARK: - Failures

extension ChainWalk {
    /// Decides what is next after an attempt that failed.
    ///
    /// - Throws: what the call ends with.
    @inline(never)
    private func settle(_ error: any Error) throws(CallFailure) {
        let target = link.model.target
        if call.isStopped(by: error) {
            if call.afterlife.hasBegun {
                follow()
            } else {
                machine.stopped(attempt, &health)
            }
            // Upstream has read the prompt; what it said to it nobody knows.
            let usage = call.afterlife.hasBegun ? nil : Usage(promptOf: request)
            dispatcher.attemptInterrupted(call, target, usage: usage)
            throw dispatcher.interrupted(call, request, orElse: .callerLeft)
        }
        switch error.bare {
        case let failure as ProviderFailure:
            dispatcher.attemptEnded(call, target) { $0.failed(failure) }
            giveUp(error, target)
            failed(failure)
        case let refusal as LaneRefusal:
            machine.stopped(attempt, &health)
            throw refused(refusal, lane: link.model.lane?.name ?? "")
        case let failure as CallFailure:
            machine.stopped(attempt, &health)
            dispatcher.attemptEnded(call, target) {
                $0.failed(failure.reason, failure.message)
                $0.usage = failure.partialUsage
            }
            throw dispatcher.end(call, request, failure)
        default:
            machine.stopped(attempt, &health)
            throw dispatcher.end(call, request, dispatcher.bug(error.bare, call, target))
        }
    }

    private func failed(_ failure: ProviderFailure) {
        let link = link
        let before = link.gate.cooling(at: now)?.cause
        step = machine.failed(attempt, failure, at: now, &health)
        if let cooling = link.gate.cooling(at: now), cooling.cause != before {
            dispatcher.tellCooling(cooling, of: link.model.target, failure, at: now)
        }
    }

    /// The attempt goes on without its caller. What it comes to is told to its target's health; the
    /// call is over, so nothing follows from it.
    private func follow() {
        let (gate, budget) = (link.gate, link.budget)
        let (asProbe, time) = (attempt.asProbe, call.time)
        call.afterlife.whenEnded { outcome in
            switch outcome {
            case .success(let response):
                gate.answered(asProbe: asProbe, at: time.now)
                budget.callWentWell()
                if let wait = response.backOff { gate.heldBack(for: wait, at: time.now) }
            case .failure(let error):
                if let failure = error.bare as? ProviderFailure {
                    gate.failed(
                        FailureRule(failure).mark, hint: failure.retryAfter, asProbe: asProbe,
                        at: time.now)
                } else if asProbe {
                    gate.probeAbandoned()
                }
            }
        }
    }

    private func refused(_ refusal: LaneRefusal, lane: String) -> CallFailure {
        if let refusal = Refusal(refusal, lane: lane) {
            return dispatcher.end(call, request, refusal)
        }
        let late = call.deadline.map { now >= $0 } ?? false
        return dispatcher.interrupted(
            call, request, orElse: late ? .callerDeadline : .callerLeft)
    }
}

// MARK: - Waiting

extension ChainWalk {
    /// Waits without a slot: for a retry's backoff, or for one of the targets that the step names to be
    /// well again. Counts as time in the queue.
    @inline(never)
    private func wait() async throws(CallFailure) {
        guard case .wait(var until, let places) = step else { return }
        var gates: [HealthGate] = []
        for gate in places.map({ chain.links[$0].gate })
        where !gates.contains(where: { $0 === gate }) {
            gates.append(gate)
        }
        let waiter = HealthGate.Waiter(
            call.attribution.caller, promptBytes: request.promptBytes)
        defer { for gate in gates { gate.waitEnded(waiter) } }
        if !gates.isEmpty {
            guard gates.allSatisfy({ $0.wait(waiter) }) else {
                return step = machine.mayNotWait(at: now, &health)
            }
            // What changed before the waiter hung at all gates woke nobody.
            step = machine.resumed(at: now, &health)
            guard case .wait(let later, _) = step else { return }
            until = later
        }
        await pause(waiter.latch, until: until)
        if call.interruption != nil || Task.isCancelled {
            let late = call.deadline.map { now >= $0 } ?? false
            throw dispatcher.interrupted(
                call, request, orElse: late ? .callerDeadline : .callerLeft)
        }
        if gates.contains(where: \.isDraining) {
            throw dispatcher.end(call, request, .shuttingDown)
        }
        step = machine.resumed(at: now, &health)
    }

    private func pause(_ latch: Latch<Void>, until: Instant) async {
        let began = now
        guard until > began else { return }
        let alarm = call.time.setAlarm(at: until) { latch.set(()) }
        call.attemptStops { latch.set(()) }
        await withTaskCancellationHandler {
            await latch.value()
        } onCancel: {
            latch.set(())
        }
        call.attemptStops(by: nil)
        call.time.clearAlarm(alarm)
        let ended = now
        call.update { $0.waited(from: began, to: ended, in: "") }
    }
}
