/// Every limit of a call outside its lane: first those of the configuration's `limits`, under their
/// names there, then those that are the same for everyone.
package struct CallLimits: Sendable, Hashable {
    /// `execution_timeout`: the execution clock, over the whole chain, queue waits left out.
    package var executionTimeout: Duration = .seconds(300)
    /// `execution_timeout_slow`: the same where the provider is marked `slow`.
    package var executionTimeoutSlow: Duration = .seconds(1800)
    /// `first_chunk_timeout`: from the slot to the first chunk of a stream.
    package var firstChunkTimeout: Duration = .seconds(60)
    /// `first_chunk_timeout_slow`
    package var firstChunkTimeoutSlow: Duration = .seconds(300)
    /// `idle_timeout`: between two chunks of an established stream.
    package var idleTimeout: Duration = .seconds(60)
    /// `idle_timeout_slow`
    package var idleTimeoutSlow: Duration = .seconds(180)
    /// `corrective_turns`: how often an answer that breaks its schema is sent back.
    package var correctiveTurns = 1
    package var chainTargetsMax = 16
    /// Of the model as asked for, chain and all.
    package var modelNameBytesMax = 2048
    /// Of the prompt snapshot in a report.
    package var snapshotBytesMax = 4096
    package var toolsMax = 512
    package var stopSequencesMax = 64

    package init() {}

    /// A slow provider's own clock rings first (`TimeoutModel`), its lane's this much later.
    package static let slowGrace: Duration = .seconds(60)

    /// What applies to an attempt on a provider that is slow, or not.
    package func attempt(slow: Bool) -> AttemptLimits {
        AttemptLimits(
            executionTimeout: slow ? executionTimeoutSlow : executionTimeout,
            firstChunkTimeout: slow ? firstChunkTimeoutSlow : firstChunkTimeout,
            idleTimeout: slow ? idleTimeoutSlow : idleTimeout)
    }
}

/// The clocks of one attempt.
package struct AttemptLimits: Sendable, Hashable {
    package var executionTimeout: Duration
    package var firstChunkTimeout: Duration
    package var idleTimeout: Duration

    package init(
        executionTimeout: Duration, firstChunkTimeout: Duration, idleTimeout: Duration
    ) {
        self.executionTimeout = executionTimeout
        self.firstChunkTimeout = firstChunkTimeout
        self.idleTimeout = idleTimeout
    }
}
