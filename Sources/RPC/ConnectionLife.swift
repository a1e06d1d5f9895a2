internal import Clocks
internal import Wire

/// How long a connection of HTTP/2 may do what: say nothing, idle, live, ping. Pure: told of what
/// happens and of the time, asked what is to be done.
///
/// The rules for pings are gRPC's (proposal A8; `doc/keepalive.md`): two too many, without anything
/// sent between them, are two strikes, and the next ends the connection.
struct ConnectionLife: Sendable {
    enum Step: Sendable, Hashable {
        case ping
        /// Take no more calls, and close when the last has ended.
        case drain
        case close(HTTP2ErrorCode, String)
    }

    private enum Age {
        case young
        /// Drains since then. Goes to over.
        case old(since: Instant)
        case over
    }

    private let limits: ConnectionLimits
    private let bornAt: Instant
    private var age = Age.young
    private var heardAt: Instant
    /// The client's preface and first SETTINGS have come.
    private var hasOpened = false
    /// The header block that has begun and not ended, by its number.
    private var block: (number: Int, since: Instant)?
    private var idleSince: Instant?
    /// A ping of ours is out; nil when none is.
    private var pingedAt: Instant?
    private var lastPingAt: Instant?
    private var strikes = 0
    private var periodBeganAt: Instant

    init(_ limits: ConnectionLimits, at now: Instant) {
        self.limits = limits
        bornAt = now
        heardAt = now
        idleSince = now
        periodBeganAt = now
    }

    /// - Returns: whether a new period of counting begins.
    mutating func heard(at now: Instant) -> Bool {
        heardAt = now
        pingedAt = nil
        guard now >= periodBeganAt + limits.period else { return false }
        periodBeganAt = now
        return true
    }

    /// The preface and the first SETTINGS are whole.
    mutating func opened() { hasOpened = true }

    /// The header block of this number is open; nil when none is. Time spent on a block counts from
    /// its beginning, whatever of it still comes.
    ///
    /// - Returns: whether its clock began to run: `nextTick` may be sooner than it was.
    mutating func blockIsOpen(_ number: Int?, at now: Instant) -> Bool {
        guard let number else {
            block = nil
            return false
        }
        if block?.number == number { return false }
        block = (number, now)
        return true
    }

    mutating func callBegan() { idleSince = nil }

    mutating func lastCallEnded(at now: Instant) { idleSince = now }

    /// Something was sent that was no answer to a ping.
    mutating func sent() {
        strikes = 0
        lastPingAt = nil
    }

    /// - Returns: whether the peer has pinged too often.
    mutating func pingCame(at now: Instant) -> Bool {
        // Without a call there is even less to keep alive.
        let interval = idleSince == nil ? limits.pingInterval : limits.idlePingInterval
        let isEarly = lastPingAt.map { now < $0 + interval } ?? false
        lastPingAt = now
        if isEarly { strikes += 1 }
        return strikes > limits.pingStrikesMax
    }

    /// What is due. Ask again at `nextTick`.
    mutating func tick(at now: Instant) -> [Step] {
        if let end = overdue(at: now) { return [end] }
        var steps = ageSteps(at: now)
        if pingedAt == nil, now >= heardAt + limits.keepaliveInterval {
            pingedAt = now
            steps.append(.ping)
        }
        return steps
    }

    private func overdue(at now: Instant) -> Step? {
        if !hasOpened, now >= bornAt + limits.prefaceTimeout {
            let reason = "the preface and SETTINGS were not whole after \(limits.prefaceTimeout)"
            return .close(.enhanceYourCalm, reason)
        }
        if let block, now >= block.since + limits.headersTimeout {
            let reason = "a header block was not whole after \(limits.headersTimeout)"
            return .close(.enhanceYourCalm, reason)
        }
        guard let pingedAt, now >= pingedAt + limits.keepaliveTimeout else { return nil }
        return .close(.noError, "a ping was not answered for \(limits.keepaliveTimeout)")
    }

    private mutating func ageSteps(at now: Instant) -> [Step] {
        switch age {
        case .young:
            let isOld = limits.age.map { now >= bornAt + $0 } ?? false
            let isIdle = limits.idle.flatMap { idle in idleSince.map { now >= $0 + idle } } ?? false
            guard isOld || isIdle else { return [] }
            age = .old(since: now)
            return [.drain]
        case .old(let since):
            guard now >= since + limits.ageGrace else { return [] }
            age = .over
            let reason = "calls went on for \(limits.ageGrace) after the connection's age"
            return [.close(.noError, reason)]
        case .over: return []
        }
    }

    /// When something may be due next, if nothing happens before.
    func nextTick(after now: Instant) -> Instant {
        var next =
            pingedAt.map { $0 + limits.keepaliveTimeout } ?? heardAt + limits.keepaliveInterval
        if !hasOpened { next = min(next, bornAt + limits.prefaceTimeout) }
        if let block { next = min(next, block.since + limits.headersTimeout) }
        switch age {
        case .young:
            if let age = limits.age { next = min(next, bornAt + age) }
            if let idle = limits.idle, let idleSince { next = min(next, idleSince + idle) }
        case .old(let since): next = min(next, since + limits.ageGrace)
        case .over: break
        }
        // What is overdue was done at the tick before.
        return max(next, now + .milliseconds(10))
    }
}

/// Bounds on the life of one connection, under the names of the configuration where they have one.
package struct ConnectionLimits: Sendable, Hashable {
    /// For the first bytes of a client, and for its preface and first SETTINGS.
    package var prefaceTimeout: Duration = .seconds(10)
    /// For a header block, from its first frame to its last.
    package var headersTimeout: Duration = .seconds(5)
    /// `limits.connection_idle_timeout`; nil for ever.
    package var idle: Duration?
    /// `limits.connection_age`; nil for ever.
    package var age: Duration?
    /// `limits.connection_age_grace`: for calls to end in.
    package var ageGrace: Duration = .seconds(300)
    /// Without a word from the client; then it is asked for a sign of life.
    package var keepaliveInterval: Duration = .seconds(7_200)
    package var keepaliveTimeout: Duration = .seconds(20)
    /// Between two pings of a client, with a call and without.
    package var pingInterval: Duration = .seconds(300)
    package var idlePingInterval: Duration = .seconds(7_200)
    package var pingStrikesMax = 2
    /// For the answer to the ping that announces a GOAWAY.
    package var goAwayTimeout: Duration = .seconds(1)
    /// For the first bytes of a client whose connection was drained before they came.
    package var lastWordsTimeout: Duration = .milliseconds(250)
    /// Of what a peer is counted by.
    package var period: Duration = .seconds(10)

    package init() {}
}
