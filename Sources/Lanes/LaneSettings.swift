/// The limits of one lane, under the names the configuration uses.
package struct LaneSettings: Sendable, Hashable {
    /// Attempts that may run at once, at least 1.
    package var concurrency: Int
    /// Nothing is started until this is false again: calls wait. Running ones go on.
    package var paused = false
    /// Calls that may wait.
    package var queueDepthMax: Int
    /// Bytes of prompt that may wait.
    package var queueBytesMax: Int
    /// How long a call may wait, unless it says less itself.
    package var queueWaitMax: Duration
    package var hold: Hold
    package var onDisconnect: OnDisconnect
    /// Has fewer slots for a while after upstream had too much to do.
    package var adaptive: Bool
    /// What the lane shares out among its callers.
    package var cost: LaneCost
    /// Parts of the lane, as numbers against each other; 1 for whoever is not named. Kept between
    /// 0.001 and 1,000.
    package var weights: [CallerMatch: Double]
    private var maxOpenStreamsGiven: Int?

    /// - Parameter maxOpenStreams: nil for eight times the concurrency, whatever that becomes.
    package init(
        concurrency: Int = 4, queueDepthMax: Int = 256, queueBytesMax: Int = 64 << 20,
        queueWaitMax: Duration = .seconds(60), hold: Hold = .establishment,
        onDisconnect: OnDisconnect = .cancel, maxOpenStreams: Int? = nil,
        adaptive: Bool = false, cost: LaneCost = .slotSeconds,
        weights: [CallerMatch: Double] = [:]
    ) {
        self.concurrency = concurrency
        self.queueDepthMax = queueDepthMax
        self.queueBytesMax = queueBytesMax
        self.queueWaitMax = queueWaitMax
        self.hold = hold
        self.onDisconnect = onDisconnect
        self.maxOpenStreamsGiven = maxOpenStreams
        self.adaptive = adaptive
        self.cost = cost
        self.weights = weights
    }

    /// Established streams that may be open; over it, new streams wait in the queue.
    package var maxOpenStreams: Int {
        get { maxOpenStreamsGiven ?? 8 * concurrency }
        set { maxOpenStreamsGiven = newValue }
    }

    /// Half of the queue, rounded up, so that one caller never fills it.
    package var callerQueueDepthMax: Int { (queueDepthMax + 1) / 2 }
    package var callerQueueBytesMax: Int { (queueBytesMax + 1) / 2 }
}

/// What the limits of a lane may be, wherever they are given.
package enum LaneBounds {
    package static let concurrency = 1...65_536
    package static let queueDepth = 0...1_000_000
    package static let queueBytes = 0...(16 << 30)
    package static let openStreams = 1...1_000_000
}

/// How long a stream keeps its slot.
package enum Hold: String, Sendable, Hashable, CaseIterable {
    /// Until its first chunk has arrived: a slow reader never blocks the lane.
    case establishment
    /// Until it ends: for a machine that decodes one thing at a time.
    case completion
}

/// What a client's disconnect means for a running `Generate`.
package enum OnDisconnect: String, Sendable, Hashable, CaseIterable {
    case cancel, finish
}
