package import Clocks

/// Whether one target may be called now: the breaker, and every other reason to leave it alone. One
/// for each provider, endpoint, credential and model; a provider has one endpoint and one
/// credential. Pure; `HealthGate` is its shell.
package struct TargetHealth: Sendable {
    /// Why a target is left alone.
    package enum Cause: String, Sendable, Hashable {
        /// Too many of its calls failed.
        case breaker
        /// It said to come back later.
        case rateLimit
        /// It said, with an answer that was good, that its limit is used up for now.
        case heldBack
        /// Its spend or quota is gone.
        case quota
        /// It refuses our key, or has no such model.
        case refused
    }

    package struct Cooling: Sendable, Hashable {
        package var until: Instant
        package var cause: Cause
        /// At its end one call goes first, and the others wait for what becomes of it.
        var byProbe: Bool
    }

    /// What a call is told that wants to use the target.
    package enum Admission: Sendable, Hashable {
        case go
        /// Go, as the one call whose end decides for all.
        case probe
        case cooling(Cooling)
        /// A probe is on its way.
        case probed
    }

    /// What there is to know of the target for those who wait for it; it does not change with each
    /// answer.
    enum Standing: Sendable, Hashable {
        /// Calls go through. Goes to cooling.
        case well
        /// No call goes through. When the time has come it goes to probing with the first that asks,
        /// or to well where no probe is asked for.
        case cooling(Cooling)
        /// One call is on its way. Goes to well or to cooling with its end. What other calls, begun
        /// earlier, say meanwhile is kept for then.
        case probing(Cooling)
    }

    private let rules: BreakerRules
    private var state = Standing.well
    private var failuresInRow = 0
    private var window = FailureWindow()
    /// Times the breaker opened since it was last closed.
    private var openings = 0

    package init(_ rules: BreakerRules = BreakerRules()) {
        self.rules = rules
    }

    /// Why the target is left alone at the moment; nil where it is not.
    package func cooling(at now: Instant) -> Cooling? {
        switch state {
        case .well: nil
        case .cooling(let cooling) where cooling.byProbe || cooling.until > now: cooling
        case .cooling: nil
        case .probing(let cooling): cooling
        }
    }

    var standing: Standing { state }

    /// Nothing is known that would be lost by forgetting it.
    var isPristine: Bool { state == .well && failuresInRow == 0 }
}

// MARK: - Events

extension TargetHealth {
    package mutating func admit(at now: Instant) -> Admission {
        switch state {
        case .well: return .go
        case .probing: return .probed
        case .cooling(let cooling):
            if now < cooling.until { return .cooling(cooling) }
            if cooling.byProbe {
                state = .probing(cooling)
                return .probe
            }
            state = .well
            return .go
        }
    }

    /// A call of the target was answered, well or with what was the request's own fault.
    package mutating func answered(asProbe: Bool, at now: Instant) {
        window.add(failed: false, at: now)
        failuresInRow = 0
        guard asProbe, case .probing(let cooling) = state else { return }
        // Others may have been told meanwhile to stay away for longer; cooling is never shortened.
        if cooling.until > now { return state = .cooling(cooling) }
        state = .well
        openings = 0
        window = FailureWindow()
    }

    package mutating func failed(
        _ mark: FailureRule.Mark, hint: Duration?, asProbe: Bool, at now: Instant
    ) {
        switch mark {
        case .none: answered(asProbe: asProbe, at: now)
        case .unheard: if asProbe { probeAbandoned() }
        case .counts: counted(asProbe: asProbe, at: now)
        case .untilHint:
            let wait = min(hint ?? rules.rateLimitUnhinted, rules.hintMax)
            cool(until: now + wait, .rateLimit, byProbe: false, asProbe, at: now)
        case .quota:
            cool(until: now + rules.quota, .quota, byProbe: true, asProbe, at: now)
        case .refused:
            let until = now + rules.refusedProbeEvery
            cool(until: until, .refused, byProbe: true, asProbe, at: now)
        }
    }

    /// The target answered, and said that nothing more is to be had of it for a time.
    package mutating func heldBack(for wait: Duration, at now: Instant) {
        let until = now + min(wait, rules.hintMax)
        cool(until: until, .heldBack, byProbe: false, false, at: now)
    }

    /// The probe's call left before it was known how the target is: the next one asks.
    package mutating func probeAbandoned() {
        if case .probing(let cooling) = state { state = .cooling(cooling) }
    }

    private mutating func counted(asProbe: Bool, at now: Instant) {
        window.add(failed: true, at: now)
        failuresInRow += 1
        // A call that began before the breaker opened says nothing new.
        guard asProbe || state == .well else { return }
        let (calls, failures) = window.counts(at: now)
        let isMany =
            failuresInRow >= rules.failuresInRow
            || calls >= rules.callsForRatio && failures * 2 >= calls
        guard asProbe || isMany else { return }
        openings += 1
        let open = min(rules.openMax, rules.openBase * (1 << min(openings - 1, 16)))
        cool(until: now + open, .breaker, byProbe: true, asProbe, at: now)
    }

    private mutating func cool(
        until: Instant, _ cause: Cause, byProbe: Bool, _ asProbe: Bool, at now: Instant
    ) {
        let new = Cooling(until: until, cause: cause, byProbe: byProbe)
        switch state {
        case .well: state = .cooling(new)
        case .cooling(let old): state = .cooling(old.extended(by: new))
        case .probing(let old):
            let merged = old.extended(by: new)
            state = asProbe ? .cooling(merged) : .probing(merged)
        }
    }
}

extension TargetHealth.Cooling {
    /// The later of the two, and its reason; a probe where either asks for one.
    fileprivate func extended(by new: Self) -> Self {
        var longer = new.until > until ? new : self
        longer.byProbe = byProbe || new.byProbe
        return longer
    }
}
