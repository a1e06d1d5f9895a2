internal import Glibc

/// How many connections there may be, in all and of one uid. Pure.
struct Admission {
    struct Refusal: Sendable, Hashable {
        let reason: String
        /// The first since one was admitted: what follows would say the same.
        let isNews: Bool
    }

    private let limits: SocketLimits
    private var count = 0
    private var byUID: [UInt32: Int] = [:]
    private var isRefusing = false

    init(_ limits: SocketLimits) {
        self.limits = limits
    }

    /// - Returns: nil for a connection that is taken; tell its end by `left`.
    mutating func admit(uid: UInt32) -> Refusal? {
        let own = byUID[uid, default: 0]
        if count >= limits.connectionsMax {
            return refuse(
                "\(count) connections are open, all there may be (limits.connections_max)")
        }
        if own >= limits.connectionsPerUIDMax {
            return refuse(
                "\(own) connections of uid \(uid) are open, all it may have "
                    + "(limits.connections_per_uid_max)")
        }
        count += 1
        byUID[uid] = own + 1
        isRefusing = false
        return nil
    }

    mutating func left(uid: UInt32) {
        count -= 1
        let own = byUID[uid, default: 1] - 1
        byUID[uid] = own > 0 ? own : nil
    }

    private mutating func refuse(_ reason: String) -> Refusal {
        defer { isRefusing = true }
        return Refusal(reason: reason, isNews: !isRefusing)
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
