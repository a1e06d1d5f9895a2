internal import Clocks
internal import Glibc

/// How many connections there may be, in all and of one uid. Pure.
///
/// A connection that has not said a word yet may be of a client that means to call much later. It
/// is left alone until its place is needed: then the one that has been silent for longest makes
/// room, if that is long enough.
struct Admission {
    enum Verdict: Sendable, Hashable {
        case taken
        /// In the place of another, which is to be closed.
        case takenInsteadOf(ObjectIdentifier)
        case refused(Refusal)
    }

    struct Refusal: Sendable, Hashable {
        let reason: String
        /// The first since one was admitted: what follows would say the same.
        let isNews: Bool
    }

    private struct Silent {
        let uid: UInt32
        let since: Instant
    }

    private let limits: SocketLimits
    /// How long a connection that says nothing keeps its place for certain.
    private let silenceTimeout: Duration
    /// The uid of each open connection.
    private var open: [ObjectIdentifier: UInt32] = [:]
    private var byUID: [UInt32: Int] = [:]
    private var silent: [ObjectIdentifier: Silent] = [:]
    private var isRefusing = false

    init(_ limits: SocketLimits, silenceTimeout: Duration) {
        self.limits = limits
        self.silenceTimeout = silenceTimeout
    }

    /// - Parameter id: of a connection that has just been opened; tell its first word by `heard`
    ///   and its end by `left`, unless it is refused.
    mutating func admit(_ id: ObjectIdentifier, uid: UInt32, at now: Instant) -> Verdict {
        guard let (reason, mayLeave) = complaint(uid: uid) else {
            enter(id, uid: uid, at: now)
            return .taken
        }
        guard let other = longestSilent(at: now, where: mayLeave) else {
            defer { isRefusing = true }
            return .refused(Refusal(reason: reason, isNews: !isRefusing))
        }
        left(other)
        enter(id, uid: uid, at: now)
        return .takenInsteadOf(other)
    }

    mutating func heard(_ id: ObjectIdentifier) { silent[id] = nil }

    /// Says so of each connection at least once.
    mutating func left(_ id: ObjectIdentifier) {
        silent[id] = nil
        guard let uid = open.removeValue(forKey: id) else { return }
        let own = byUID[uid, default: 1] - 1
        byUID[uid] = own > 0 ? own : nil
    }

    /// Which limit is reached, and the uids whose leaving would help.
    private func complaint(uid: UInt32) -> (String, @Sendable (UInt32) -> Bool)? {
        let own = byUID[uid, default: 0]
        if own >= limits.connectionsPerUIDMax {
            let reason =
                "\(own) connections of uid \(uid) are open, all it may have "
                + "(limits.connections_per_uid_max)"
            return (reason, { $0 == uid })
        }
        if open.count >= limits.connectionsMax {
            let reason =
                "\(open.count) connections are open, all there may be (limits.connections_max)"
            return (reason, { _ in true })
        }
        return nil
    }

    private func longestSilent(
        at now: Instant, where mayLeave: (UInt32) -> Bool
    ) -> ObjectIdentifier? {
        let longest = silent.filter { mayLeave($0.value.uid) }.min {
            $0.value.since < $1.value.since
        }
        guard let longest, now >= longest.value.since + silenceTimeout else { return nil }
        return longest.key
    }

    private mutating func enter(_ id: ObjectIdentifier, uid: UInt32, at now: Instant) {
        open[id] = uid
        byUID[uid, default: 0] += 1
        silent[id] = Silent(uid: uid, since: now)
        isRefusing = false
    }
}

/// Bounds on the connections of a socket, under the configuration's names.
package struct SocketLimits: Sendable, Hashable {
    /// `limits.connections_max`
    package var connectionsMax: Int
    /// `limits.connections_per_uid_max`
    package var connectionsPerUIDMax: Int

    /// - Parameter descriptorsMax: what the process may open: upstream connections, files and the
    ///   sockets themselves have to do with it. nil asks the system.
    package init(
        connectionsMax: Int = 4_096, connectionsPerUIDMax: Int = 1_024, descriptorsMax: Int? = nil
    ) {
        let room = (descriptorsMax ?? Self.descriptorLimit) - Self.descriptorsForOthers
        self.connectionsMax = max(1, min(connectionsMax, room))
        self.connectionsPerUIDMax = max(1, min(connectionsPerUIDMax, self.connectionsMax))
    }

    private static let descriptorsForOthers = 64

    private static var descriptorLimit: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        else { return 1_024 }
        return Int(clamping: limit.rlim_cur)
    }
}
