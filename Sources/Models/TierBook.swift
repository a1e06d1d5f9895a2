package import Clocks
import Synchronization

/// Where configuration values come from that may change while the daemon runs.
package protocol ConfigSource: Sendable {
    /// The values of all keys that begin with the prefix, by the rest of their keys.
    func values(under prefix: String) -> [String: String]
}

/// Values that were read once.
package struct FixedSource: ConfigSource {
    private let values: [String: String]

    /// - Parameter values: by whole keys.
    package init(_ values: [String: String]) {
        self.values = values
    }

    package func values(under prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        for (key, value) in values where key.hasPrefix(prefix) {
            found[String(key.dropFirst(prefix.count))] = value
        }
        return found
    }
}

/// The tiers there are: the keys `model.tier.NAME` of a source, and for names the source does not
/// have, what the host supplies. Read again when what is known is older than its time to live.
package final class TierBook: Sendable {
    package static let keyPrefix = "model.tier."
    package static let usualTimeToLive: Duration = .seconds(30)

    /// The tiers of one reading.
    package struct Edition: Sendable {
        /// Chains as written, by name.
        package var tiers: [String: String]
        /// Goes up with each reading that found something else.
        package var number: Int
        fileprivate var until: Instant
    }

    private let source: any ConfigSource
    private let fallbacks: [String: String]
    private let timeToLive: Duration
    private let time: any TimeSource
    private let edition: Mutex<Edition>

    /// - Parameter fallbacks: chains by name, of the program that hosts this.
    package init(
        _ source: any ConfigSource, fallbacks: [String: String] = [:],
        timeToLive: Duration = TierBook.usualTimeToLive, time: any TimeSource = AlarmlessTime()
    ) {
        self.source = source
        self.fallbacks = fallbacks
        self.timeToLive = timeToLive
        self.time = time
        edition = Mutex(
            Edition(
                tiers: Self.read(source, fallbacks), number: 0, until: time.now + timeToLive))
    }

    /// Tiers that never change.
    package convenience init(_ tiers: [String: String] = [:]) {
        self.init(FixedSource([:]), fallbacks: tiers, timeToLive: .seconds(86_400 * 365))
    }

    package var current: Edition {
        let now = time.now
        let known = edition.withLock { $0 }
        if now < known.until { return known }
        // Outside the lock, since a source may have to look somewhere. Two may read at once.
        let tiers = Self.read(source, fallbacks)
        return edition.withLock { edition in
            if tiers != edition.tiers { edition.number += 1 }
            edition.tiers = tiers
            edition.until = now + timeToLive
            return edition
        }
    }

    private static func read(
        _ source: any ConfigSource, _ fallbacks: [String: String]
    ) -> [String: String] {
        source.values(under: keyPrefix).merging(fallbacks) { own, _ in own }
    }
}
