/// The keys a section of the file may have. Whatever is not a case is refused, and every case is
/// described in docs/configuration.md, which a test compares with these lists.
protocol ConfigurationKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

enum RootKey: String, ConfigurationKey {
    case socket, callers, providers, lanes, model, attribution, admin, limits, log, threads
    case ledger, prices, telemetry
    case laneDefaults = "lane_defaults"
}

enum SocketKey: String, ConfigurationKey {
    case path, mode, group, uids, gids
}

enum ProviderKey: String, ConfigurationKey {
    case kind, api, headers, slow, models
    case baseURL = "base_url"
    case apiKeyEnv = "api_key_env"
    case apiKeyFile = "api_key_file"
    case apiKeyCredential = "api_key_credential"
    case allowInsecure = "allow_insecure"
    case maxTokensField = "max_tokens_field"
    case paceTokensPerSecond = "pace_tokens_per_second"
    case firstChunkDelayMillis = "first_chunk_delay_ms"
}

enum LaneKey: String, ConfigurationKey {
    case match, concurrency, hold, cost, adaptive
    case queueDepthMax = "queue_depth_max"
    case queueBytesMax = "queue_bytes_max"
    case queueWaitMax = "queue_wait_max"
    case onDisconnect = "on_disconnect"
    case maxOpenStreams = "max_open_streams"
}

enum CallerConfigurationKey: String, ConfigurationKey {
    case match, weight, tiers, targets
    case maxPriority = "max_priority"
}

enum CallerMatchKey: String, ConfigurationKey {
    case uid
    case callerID = "caller_id"
}

enum AdminKey: String, ConfigurationKey {
    case uids
}

enum ModelKey: String, ConfigurationKey {
    case tier
    case policyTiers = "fail_over_on_content_policy"
}

enum CapabilityKey: String, ConfigurationKey {
    case tools, images, reasoning
    case contextWindow = "context_window"
    case jsonSchema = "json_schema"
}

enum AttributionKey: String, ConfigurationKey {
    case persistPrompts = "persist_prompts"
    case failoverLog = "failover_log"
}

enum LedgerKey: String, ConfigurationKey {
    case path, keep
}

enum PriceKey: String, ConfigurationKey {
    case input, output
    case cachedInput = "cached_input"
    case cacheWrite = "cache_write"
}

enum TelemetryKey: String, ConfigurationKey {
    case endpoint, headers, interval, sample, resource
    case apiKeyEnv = "api_key_env"
    case apiKeyFile = "api_key_file"
    case apiKeyCredential = "api_key_credential"
    case apiKeyHeader = "api_key_header"
    case allowInsecure = "allow_insecure"
}

enum LimitKey: String, ConfigurationKey {
    case messageBytesMax = "message_bytes_max"
    case metadataBytesMax = "metadata_bytes_max"
    case executionTimeout = "execution_timeout"
    case executionTimeoutSlow = "execution_timeout_slow"
    case firstChunkTimeout = "first_chunk_timeout"
    case firstChunkTimeoutSlow = "first_chunk_timeout_slow"
    case idleTimeout = "idle_timeout"
    case idleTimeoutSlow = "idle_timeout_slow"
    case drainTimeout = "drain_timeout"
    case correctiveTurns = "corrective_turns"
    case slowConsumerTimeout = "slow_consumer_timeout"
    case connectionsMax = "connections_max"
    case connectionsPerUIDMax = "connections_per_uid_max"
    case callsPerUIDMax = "calls_per_uid_max"
    case connectionIdleTimeout = "connection_idle_timeout"
    case connectionAge = "connection_age"
    case connectionAgeGrace = "connection_age_grace"
}

enum LogKey: String, ConfigurationKey {
    case level
}

extension Configuration {
    /// Every key the decoder knows, as the documentation writes them: `lanes.NAME.concurrency`.
    package static var knownKeys: [String] {
        ["threads"] + paths(SocketKey.self, under: "socket")
            + paths(CallerMatchKey.self, under: "callers[].match")
            + ["callers[].weight", "callers[].max_priority"]
            + ["callers[].tiers", "callers[].targets"]
            + paths(AdminKey.self, under: "admin")
            + paths(ProviderKey.self, under: "providers.NAME").filter { !$0.hasSuffix(".models") }
            + paths(CapabilityKey.self, under: "providers.NAME.models.PATTERN")
            + paths(LaneKey.self, under: "lanes.NAME")
            + paths(LaneKey.self, under: "lane_defaults").filter { !$0.hasSuffix(".match") }
            + ["model.tier.NAME", "model.\(ModelKey.policyTiers.rawValue)"]
            + paths(AttributionKey.self, under: "attribution")
            + paths(LedgerKey.self, under: "ledger")
            + paths(PriceKey.self, under: "prices.PATTERN")
            + paths(TelemetryKey.self, under: "telemetry")
            + paths(LimitKey.self, under: "limits") + paths(LogKey.self, under: "log")
    }

    private static func paths<Key: ConfigurationKey>(
        _ keys: Key.Type, under parent: String
    ) -> [String] {
        keys.allCases.map { "\(parent).\($0.rawValue)" }
    }
}
