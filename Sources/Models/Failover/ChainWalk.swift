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
    }

    private var now: Instant { call.time.now }

    /// Tries until there is an answer or nothing is left to try.
    func run<Answer: Sendable>(
        _ attempt: (LaneModel) async throws -> Answer
    ) async throws(CallFailure) -> (Answer, ChainLink) {
        var step = began()
        while true {
            switch step {
            case .attempt(let begun):
                let link = link(of: begun)
                do {
                    let answer = try await attempt(link.model)
                    answered(begun)
                    return (answer, link)
                } catch {
                    step = try settle(error, of: begun)
                }
            case .wait(let until, let places):
                recordSkips()
                step = try await wait(until: until, on: places)
            case .end(let refusal): throw ended(refusal)
            }
        }
    }

    @inline(never)
    private func began() -> ChainStep { machine.began(at: now, &health) }

    @inline(never)
    private func link(of attempt: ChainAttempt) -> ChainLink {
        recordSkips()
        let link = chain.links[attempt.place]
        tellHop(to: link.model)
        return link
    }

    @inline(never)
    private func answered(_ attempt: ChainAttempt) { machine.answered(attempt, at: now, &health) }

    @inline(never)
    private func ended(_ refusal: Refusal) -> CallFailure {
        recordSkips()
        return dispatcher.end(call, request, refusal)
    }

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
    /// - Returns: what is next.
    /// - Throws: what the call ends with.
    @inline(never)
    private func settle(
        _ error: any Error, of attempt: ChainAttempt
    ) throws(CallFailure) -> ChainStep {
        let target = chain.links[attempt.place].model.target
        if call.isStopped(by: error) {
            if call.afterlife.hasBegun {
                follow(attempt)
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
            return failed(attempt, failure)
        case let refusal as LaneRefusal:
            machine.stopped(attempt, &health)
            throw refused(refusal, lane: chain.links[attempt.place].model.lane?.name ?? "")
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

    private func failed(
        _ attempt: ChainAttempt, _ failure: ProviderFailure
    ) -> ChainStep {
        let link = chain.links[attempt.place]
        let before = link.gate.cooling(at: now)?.cause
        let step = machine.failed(attempt, failure, at: now, &health)
        if let cooling = link.gate.cooling(at: now), cooling.cause != before {
            dispatcher.tellCooling(cooling, of: link.model.target, failure, at: now)
        }
        return step
    }

    /// The attempt goes on without its caller. What it comes to is told to its target's health; the
    /// call is over, so nothing follows from it.
    private func follow(_ attempt: ChainAttempt) {
        let (gate, budget) = (chain.links[attempt.place].gate, chain.links[attempt.place].budget)
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
    /// Waits without a slot: for a retry's backoff, or for one of the targets at these places to be
    /// well again. Counts as time in the queue.
    @inline(never)
    private func wait(
        until: Instant, on places: [Int]
    ) async throws(CallFailure) -> ChainStep {
        var gates: [HealthGate] = []
        for gate in places.map({ chain.links[$0].gate })
        where !gates.contains(where: { $0 === gate }) {
            gates.append(gate)
        }
        let waiter = HealthGate.Waiter(
            call.attribution.caller, promptBytes: request.promptBytes)
        defer { for gate in gates { gate.waitEnded(waiter) } }
        var until = until
        if !gates.isEmpty {
            guard gates.allSatisfy({ $0.wait(waiter) }) else {
                return machine.mayNotWait(at: now, &health)
            }
            // What changed before the waiter hung at all gates woke nobody.
            let step = machine.resumed(at: now, &health)
            guard case .wait(let later, _) = step else { return step }
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
        return machine.resumed(at: now, &health)
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
