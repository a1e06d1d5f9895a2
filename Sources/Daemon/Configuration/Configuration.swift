package import Lanes
package import Ledger
package import Models
package import Providers
package import Telemetry
package import Transport

/// All that the daemon is told from outside: one YAML file, checked whole, its secrets read.
/// Stands beside the route of a call; the composition builds every part of the route from it.
///
/// The keys, their defaults and the reasons are in docs/configuration.md.
package struct Configuration: Sendable, Hashable {
    package var socket: Socket
    /// In the order of the file, `builtin` last unless the file names it.
    package var providers: [ProviderSettings]
    /// `lanes: off` makes this false: calls pass straight through.
    package var queueing = true
    /// In the order of the file, which is the order their patterns are tried in.
    package var laneRules: [LaneRule] = []
    /// For lanes no rule names.
    package var laneDefaults = LaneSettings()
    /// How urgent callers may be.
    package var ceilings = PriorityCeilings()
    /// Who may change lanes.
    package var adminUIDs: Set<UInt32>
    /// Chains by the name of their tier; never empty, every provider known.
    package var tiers: [String: [Target]] = [:]
    /// Tiers that try another target where one refuses the content.
    package var policyTiers: Set<String> = []
    /// What is said of models, by patterns of `provider/model`.
    package var capabilities: [ModelCapabilities] = []
    /// Which targets callers may use, by whom it holds for.
    package var allowed: [CallerMatch: AllowedTargets] = [:]
    /// Where each hop of a call is recorded, besides the log; nil for nowhere.
    package var failoverLog: String?
    /// Keeps prompts in the attribution of calls and in the failover log.
    package var persistPrompts = false
    /// Where calls and what they used are recorded; nil for nowhere.
    package var ledger: LedgerPlace?
    /// In the order of the file: of those that match a target, later ones win.
    package var prices: [TargetPrice] = []
    /// Where spans and metrics go; nil for nowhere.
    package var telemetry: TelemetrySettings?
    package var limits = Limits()
    package var logLevel = LogLevel.info
    /// Event loops.
    package var threads: Int

    package struct Socket: Sendable, Hashable {
        package var path: UnixSocketPath
        package var access = SocketAccess()
        /// Who may call, by the uid and the gid that the kernel vouches for; nil for all that the mode
        /// lets in.
        package var peers: AllowedPeers?
    }

    /// A peer may call that is in either.
    package struct AllowedPeers: Sendable, Hashable {
        package var uids: Set<UInt32> = []
        package var gids: Set<UInt32> = []
    }

    package struct ModelCapabilities: Sendable, Hashable {
        package var pattern: String
        package var rule: CapabilityRule
    }

    package struct AllowedTargets: Sendable, Hashable {
        package var tiers: [String] = []
        /// Patterns of `provider/model`.
        package var targets: [String] = []
    }

    package struct LedgerPlace: Sendable, Hashable {
        package var path: String
        package var keepFor: Duration = .seconds(30 * 86_400)
    }

    package struct TargetPrice: Sendable, Hashable {
        package var pattern: String
        package var price: Price
    }

    /// What a call may cost in bytes and time. A provider marked `slow` has the longer clocks.
    package struct Limits: Sendable, Hashable {
        package var messageBytesMax = 4 << 20
        /// Request metadata: names, values, and 32 bytes for each pair (RFC 9113, 10.5.1).
        package var metadataBytesMax = 16 << 10
        /// From the first slot to the end, over the whole chain.
        package var executionTimeout: Duration = .seconds(5 * 60)
        package var executionTimeoutSlow: Duration = .seconds(30 * 60)
        /// Of one attempt; at its end the next target is tried.
        package var firstChunkTimeout: Duration = .seconds(60)
        package var firstChunkTimeoutSlow: Duration = .seconds(5 * 60)
        /// Between two chunks of an established stream.
        package var idleTimeout: Duration = .seconds(60)
        package var idleTimeoutSlow: Duration = .seconds(180)
        /// For running calls to end in when the daemon stops.
        package var drainTimeout: Duration = .seconds(30)
        /// How often an answer that breaks its schema is sent back.
        package var correctiveTurns = 1
        /// How long a client may read nothing of an answer, or send nothing of a request.
        package var slowConsumerTimeout: Duration = .seconds(30)
        package var connectionsMax = 4_096
        package var connectionsPerUIDMax = 1_024
        /// Calls of one uid that run or wait.
        package var callsPerUIDMax = 8_192
        /// nil for ever.
        package var connectionIdleTimeout: Duration?
        /// nil for ever.
        package var connectionAge: Duration?
        /// For calls to end in on a connection that has reached its age.
        package var connectionAgeGrace: Duration = .seconds(5 * 60)

        package init() {}
    }

    /// The raw values are those of swift-log.
    package enum LogLevel: String, Sendable, Hashable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }
}
