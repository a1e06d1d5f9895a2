package import Clocks

/// What the chain needs to know of one target.
package struct ChainTarget: Sendable {
    package var target: Target
    /// Tokens; nil when not known.
    package var window: Int?
    /// What the request needs and the target cannot do; nil when it can.
    package var lacking: Lacking?

    package init(_ target: Target, window: Int? = nil, lacking: Lacking? = nil) {
        self.target = target
        self.window = window
        self.lacking = lacking
    }
}

/// What all calls share and one chain asks about: the health of its targets and the retry budgets of
/// their lanes, by the target's place in the chain.
package protocol ChainHealth {
    mutating func admit(_ place: Int, at now: Instant) -> TargetHealth.Admission
    mutating func answered(_ place: Int, asProbe: Bool, at now: Instant)
    mutating func failed(
        _ place: Int, _ mark: FailureRule.Mark, hint: Duration?, asProbe: Bool, at now: Instant)
    mutating func probeAbandoned(_ place: Int)
    /// Why the target is left alone; nil where it is not. Asks nothing and changes nothing.
    func cooling(_ place: Int, at now: Instant) -> TargetHealth.Cooling?
    mutating func takeRetry(_ place: Int) -> Bool
    /// Evenly from 0 to 1.
    mutating func draw() -> Double
}

/// One attempt that a chain has begun.
package struct ChainAttempt: Sendable, Hashable {
    /// The target's place in the chain.
    package var place: Int
    /// Its end decides for all other calls whether the target is well again.
    package var asProbe: Bool
}

package enum ChainStep: Sendable {
    case attempt(ChainAttempt)
    /// Nothing may be called now. Go on at `until`, or earlier when the health of the target at one
    /// of the places has changed; a backoff waits for none.
    case wait(until: Instant, on: [Int])
    /// The chain is used up.
    case end(Refusal)
}

/// Decides which target of a chain is tried next, when, and what the call ends with: the one retry
/// loop of the daemon. One for each call. Pure: time and the shared health are handed in.
///
/// Exits of an attempt: `answered`, `failed` or `stopped`, exactly one of them.
package struct ChainMachine: Sendable {
    private let model: String
    private let targets: [ChainTarget]
    private let rules: ChainRules
    private let failsOverOnPolicy: Bool

    private var failures: [ChainEnd.Failure] = []
    /// Places that are not tried again by this call, a bit each.
    private var usedUp: UInt64 = 0
    /// Places whose being passed over has been told, a bit each.
    private var told: UInt64 = 0
    private var skips: [ChainSkip] = []
    /// Of the skips, those that have not been asked for yet.
    private var news: [ChainSkip] = []
    /// A prompt was too long for a window of this size: smaller ones need not be tried.
    private var windowTooSmall: Int?
    /// The target that is retried when the wait is over.
    private var retries: Int?
    private var retryCount = 0
    /// Places whose second try has been taken from their lane's store, a bit each.
    private var granted: UInt64 = 0
    /// How long the call may still wait for a target to be well.
    private var waitLeft: Duration
    private var waitingSince: Instant?

    /// - Parameters:
    ///   - targets: in the order they are tried; at most 64.
    ///   - queueWaitMax: how long the call may wait for a target to be well again.
    ///   - failsOverOnPolicy: another target is tried where one refuses the content.
    package init(
        model: String, _ targets: [ChainTarget], rules: ChainRules, queueWaitMax: Duration,
        failsOverOnPolicy: Bool = false
    ) {
        precondition(targets.count <= 64, "a chain of \(targets.count) targets")
        self.model = model
        self.targets = targets
        self.rules = rules
        waitLeft = queueWaitMax
        self.failsOverOnPolicy = failsOverOnPolicy
    }

    package var attempts: Int { failures.count }

    /// The targets that were passed over since this was last asked.
    package mutating func takeSkips() -> [ChainSkip] {
        if news.isEmpty { return [] }
        defer { news = [] }
        return news
    }
}

/// A target that was not tried, and why.
package struct ChainSkip: Sendable, Hashable {
    package var place: Int
    package var reason: FailureReason
    package var message: String
}

// MARK: - Events

extension ChainMachine {
    package mutating func began(
        at now: Instant, _ health: inout some ChainHealth
    ) -> ChainStep {
        choose(at: now, &health)
    }

    /// The wait is over, or the health of a target has changed.
    package mutating func resumed(
        at now: Instant, _ health: inout some ChainHealth
    ) -> ChainStep {
        if let since = waitingSince {
            waitLeft -= since.duration(to: now)
            waitingSince = nil
        }
        guard let place = retries else { return choose(at: now, &health) }
        retries = nil
        switch health.admit(place, at: now) {
        case .go: return .attempt(ChainAttempt(place: place, asProbe: false))
        case .probe: return .attempt(ChainAttempt(place: place, asProbe: true))
        // Others have made it worse meanwhile.
        case .cooling, .probed: return choose(at: now, &health)
        }
    }

    /// The stream is established, or the generate has its answer.
    package mutating func answered(
        _ attempt: ChainAttempt, at now: Instant, _ health: inout some ChainHealth
    ) {
        health.answered(attempt.place, asProbe: attempt.asProbe, at: now)
    }

    /// The call cannot wait: too many do already.
    package mutating func mayNotWait(
        at now: Instant, _ health: inout some ChainHealth
    ) -> ChainStep {
        waitLeft = .zero
        waitingSince = nil
        return choose(at: now, &health)
    }

    /// The attempt came to nothing, before anything of it was given on.
    package mutating func failed(
        _ attempt: ChainAttempt, _ failure: ProviderFailure, at now: Instant,
        _ health: inout some ChainHealth
    ) -> ChainStep {
        let rule = FailureRule(failure)
        let place = attempt.place
        failures.append(ChainEnd.Failure(place: place, failure: failure, at: now))
        granted &= ~(1 << UInt64(place))
        health.failed(
            place, rule.mark, hint: failure.retryAfter, asProbe: attempt.asProbe, at: now)
        switch retry(rule, failure.retryAfter, on: place, at: now, &health) {
        case .after(let wait):
            retries = place
            return .wait(until: now + wait, on: [])
        case .whenWell: break
        case .never: usedUp |= 1 << UInt64(place)
        }
        switch rule.failOver {
        case .always: break
        case .toLargerWindow:
            if let window = targets[place].window {
                windowTooSmall = max(windowTooSmall ?? 0, window)
            }
        case .whereTierSays where failsOverOnPolicy: break
        case .whereTierSays, .never: return .end(end(at: now, health))
        }
        return choose(at: now, &health)
    }

    /// The call was ended from outside, or its lane refused it: the attempt says nothing of its
    /// target.
    package mutating func stopped(_ attempt: ChainAttempt, _ health: inout some ChainHealth) {
        if attempt.asProbe { health.probeAbandoned(attempt.place) }
    }
}

// MARK: - Deciding

extension ChainMachine {
    private mutating func choose(
        at now: Instant, _ health: inout some ChainHealth
    ) -> ChainStep {
        var cooling: [(place: Int, cooling: TargetHealth.Cooling?)] = []
        for place in targets.indices where isOpen(place) {
            let asProbe: Bool
            switch health.admit(place, at: now) {
            case .go: asProbe = false
            case .probe: asProbe = true
            case .cooling(let reason):
                cooling.append((place, reason))
                continue
            case .probed:
                cooling.append((place, nil))
                continue
            }
            if mayTry(place, &health) {
                tellCooling(cooling, at: now)
                return .attempt(ChainAttempt(place: place, asProbe: asProbe))
            }
            if asProbe { health.probeAbandoned(place) }
        }
        let due = cooling.filter { mayTry($0.place, &health) }
        if !due.isEmpty, let wait = wait(for: due, at: now) { return wait }
        tellCooling(cooling, at: now)
        return .end(end(at: now, health))
    }

    /// A second try of the same target comes out of its lane's store, however it came about. It is
    /// taken before a wait for it, which would else be in vain.
    private mutating func mayTry(_ place: Int, _ health: inout some ChainHealth) -> Bool {
        let bit = 1 << UInt64(place) as UInt64
        if attempts(on: place) == 0 || granted & bit != 0 { return true }
        if health.takeRetry(place) {
            granted |= bit
            return true
        }
        usedUp |= bit
        return false
    }

    /// Whether the call may still try the target.
    private mutating func isOpen(_ place: Int) -> Bool {
        if failures.count >= rules.attemptsMax || usedUp & 1 << UInt64(place) != 0 { return false }
        if let lacking = lacking(place) {
            usedUp |= 1 << UInt64(place)
            tell(ChainSkip(place: place, reason: lacking.reason, message: lacking.message))
            return false
        }
        return attempts(on: place) < rules.attemptsPerTargetMax
    }

    private func lacking(_ place: Int) -> Lacking? {
        if let lacking = targets[place].lacking { return lacking }
        // A window that is not known may be the larger one.
        guard let windowTooSmall, let window = targets[place].window, window <= windowTooSmall
        else { return nil }
        return Lacking(
            .targetIncapable,
            """
            the prompt was too long for a window of \(windowTooSmall.shown) tokens; \
            this one has \(window.shown)
            """)
    }

    private func attempts(on place: Int) -> Int {
        failures.isEmpty ? 0 : failures.count { $0.place == place }
    }

    /// Waiting for a target beats failing, as long as the call may wait at all.
    ///
    /// - Returns: nil where no target is due before the call gives up.
    private mutating func wait(
        for cooling: [(place: Int, cooling: TargetHealth.Cooling?)], at now: Instant
    ) -> ChainStep? {
        guard waitLeft > .zero else { return nil }
        let limit = now + waitLeft
        let soonest = cooling.compactMap(\.cooling?.until).min()
        let isProbed = cooling.contains { $0.cooling == nil }
        let until: Instant
        if let soonest, soonest <= limit {
            until = soonest
        } else if isProbed {
            until = limit
        } else {
            return nil
        }
        waitingSince = now
        return .wait(until: until, on: cooling.map(\.place))
    }

    private enum Retry {
        case never
        case after(Duration)
        /// Not before the target is well: other targets come first.
        case whenWell
    }

    /// Whether the same target is tried a second time.
    private mutating func retry(
        _ rule: FailureRule, _ hint: Duration?, on place: Int, at now: Instant,
        _ health: inout some ChainHealth
    ) -> Retry {
        guard failures.count < rules.attemptsMax,
            attempts(on: place) < rules.attemptsPerTargetMax
        else { return .never }
        // A rate limit that passes while the call waits does not rule the target out.
        let orElse: Retry = rule.mark == .untilHint ? .whenWell : .never
        switch rule.retry {
        case .never: return orElse
        case .once: break
        case .onceWithHint: if hint == nil { return orElse }
        case .onceAfterHint(let max):
            guard let hint, hint <= max else { return orElse }
        }
        // A hint longer than any backoff is for others to wait out: this call has targets to try.
        if let hint, hint > rules.backoffMax { return orElse }
        let wait = rules.backoff(retry: retryCount + 1, hint: hint, random: health.draw())
        // This failure, or others beside it, have opened the breaker.
        if let cooling = health.cooling(place, at: now), cooling.until > now + wait {
            return .whenWell
        }
        guard mayTry(place, &health) else { return .never }
        retryCount += 1
        return .after(wait)
    }

    /// Of a target that was tried, its attempts tell more.
    private mutating func tellCooling(
        _ cooling: [(place: Int, cooling: TargetHealth.Cooling?)], at now: Instant
    ) {
        for (place, reason) in cooling where attempts(on: place) == 0 {
            tell(
                ChainSkip(
                    place: place, reason: .targetCooling,
                    message: reason?.shown(at: now) ?? "another call is finding out how it is"))
        }
    }

    private mutating func tell(_ skip: ChainSkip) {
        if told & 1 << UInt64(skip.place) != 0 { return }
        told |= 1 << UInt64(skip.place)
        news.append(skip)
        skips.append(skip)
    }

    private func end(at now: Instant, _ health: some ChainHealth) -> Refusal {
        ChainEnd(
            model: model, targets: targets.map(\.target), failures: failures, skips: skips,
            soonest: soonest(at: now, health)
        ).refusal
    }

    /// Until one of the targets may be well again; nil where trying later helps nothing.
    private func soonest(at now: Instant, _ health: some ChainHealth) -> Duration? {
        let waits = targets.indices.compactMap { place -> Duration? in
            let last = failures.last { $0.place == place }
            let isCooling = skips.contains { $0.place == place && $0.reason == .targetCooling }
            guard isCooling || last?.failure.kind.isRetryable ?? false else { return nil }
            if let cooling = health.cooling(place, at: now), cooling.until > now {
                return now.duration(to: cooling.until)
            }
            guard let last, let hint = last.failure.retryAfter else { return .seconds(1) }
            return hint - last.at.duration(to: now)
        }
        return waits.min().map { max($0, .milliseconds(1)) }
    }
}

extension TargetHealth.Cooling {
    /// For a person.
    func shown(at now: Instant) -> String {
        let left = max(.zero, now.duration(to: until)).shownRoughly
        return switch cause {
        case .breaker: "too many of its calls failed; it is tried again in \(left)"
        case .rateLimit: "it is rate limited for another \(left)"
        case .heldBack: "its rate limit is used up for another \(left)"
        case .quota: "its spend or quota is gone; it is tried again in \(left)"
        case .refused: "it refuses our key or has no such model; it is tried again in \(left)"
        }
    }
}
