/// The numbers of failover. The same for every call; tests have their own.
package struct ChainRules: Sendable, Hashable {
    /// Attempts of one call, over all targets.
    package var attemptsMax = 5
    /// Attempts of one call on one target.
    package var attemptsPerTargetMax = 2
    /// A backoff is drawn evenly from nothing up to this, which doubles with each retry of the call
    /// (full jitter), up to the next.
    package var backoffBase: Duration = .milliseconds(250)
    package var backoffMax: Duration = .seconds(5)
    /// Calls that may wait for one target to be well again, and the bytes of their prompts; half of
    /// either for one caller. More are told that it is not well.
    package var waitersMax = 256
    package var waitingBytesMax = 64 << 20
    package var breaker = BreakerRules()

    package init() {}

    /// How long to leave the target alone before its retry.
    ///
    /// - Parameters:
    ///   - retry: the how manieth retry of the call this is, from 1.
    ///   - random: evenly from 0 to 1.
    func backoff(retry: Int, hint: Duration?, random: Double) -> Duration {
        let ceiling = min(backoffMax, backoffBase * (1 << min(retry - 1, 16)))
        // Calls that were refused in one burst must not come back in one.
        return (hint ?? .zero) + ceiling * random
    }
}

/// When a target is left alone, and for how long.
package struct BreakerRules: Sendable, Hashable {
    /// Failures in a row that open the breaker.
    package var failuresInRow = 5
    /// Calls within the window from which on half of them failed opens it too.
    package var callsForRatio = 10
    /// Open for so long at first, doubling with each probe that fails, up to the next.
    package var openBase: Duration = .seconds(5)
    package var openMax: Duration = .seconds(60)
    /// For a rate limit that does not say for how long.
    package var rateLimitUnhinted: Duration = .seconds(5)
    /// No hint is believed beyond this.
    package var hintMax: Duration = .seconds(3600)
    package var quota: Duration = .seconds(15 * 60)
    /// Between two probes of a target that refuses our key or has no such model.
    package var refusedProbeEvery: Duration = .seconds(5 * 60)

    package init() {}
}
