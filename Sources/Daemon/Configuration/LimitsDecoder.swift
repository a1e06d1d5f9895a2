extension Configuration.Limits {
    private static let clock: ClosedRange<Duration> = .milliseconds(1)...(.seconds(24 * 3600))
    /// Of a connection.
    private static let life: ClosedRange<Duration> = .seconds(1)...(.seconds(366 * 24 * 3600))

    mutating func read(_ section: ConfigurationSection<LimitKey>) {
        set(\.messageBytesMax, section[.messageBytesMax]?.bytes(in: 1024...(64 << 20)))
        set(\.metadataBytesMax, section[.metadataBytesMax]?.bytes(in: 1024...(1 << 20)))
        let clocks: [(WritableKeyPath<Self, Duration>, LimitKey)] = [
            (\.executionTimeout, .executionTimeout),
            (\.executionTimeoutSlow, .executionTimeoutSlow),
            (\.firstChunkTimeout, .firstChunkTimeout),
            (\.firstChunkTimeoutSlow, .firstChunkTimeoutSlow),
            (\.idleTimeout, .idleTimeout),
            (\.idleTimeoutSlow, .idleTimeoutSlow),
        ]
        for (clock, key) in clocks { set(clock, section[key]?.duration(in: Self.clock)) }
        set(\.correctiveTurns, section[.correctiveTurns]?.whole(in: 0...5))
        set(\.slowConsumerTimeout, section[.slowConsumerTimeout]?.duration(in: Self.clock))
        set(\.connectionsMax, section[.connectionsMax]?.whole(in: 1...1_000_000))
        set(\.connectionsPerUIDMax, section[.connectionsPerUIDMax]?.whole(in: 1...1_000_000))
        set(\.callsPerUIDMax, section[.callsPerUIDMax]?.whole(in: 1...1_000_000))
        if let idle = section[.connectionIdleTimeout]?.duration(in: Self.life) {
            connectionIdleTimeout = idle
        }
        if let age = section[.connectionAge]?.duration(in: Self.life) { connectionAge = age }
        set(\.connectionAgeGrace, section[.connectionAgeGrace]?.duration(in: Self.clock))
        set(\.drainTimeout, section[.drainTimeout]?.duration(in: .zero...(.seconds(600))))
    }

    private mutating func set<Quantity>(
        _ path: WritableKeyPath<Self, Quantity>, _ value: Quantity?
    ) {
        if let value { self[keyPath: path] = value }
    }
}
