package import Clocks
package import Lanes

/// The part of its life a call was in when it was looked at, or when it ended.
package enum CallPhase: String, Sendable, Hashable {
    /// Before an attempt ran: checked, or waiting in a lane.
    case queue
    /// An attempt of a stream ran; its first chunk had not arrived.
    case establish
    /// A generate was running upstream.
    case execute
    /// A stream was established and delivered chunks.
    case stream
}

/// One try of a call on one target, as it ended: `laneway.v1.Attempt` in Swift.
package struct AttemptReport: Sendable, Hashable {
    package var target: Target
    /// Empty where queueing is off, and where the target was skipped.
    package var lane = ""
    /// nil when the attempt succeeded.
    package var reason: FailureReason?
    /// 0 when no status arrived.
    package var httpStatus = 0
    package var upstreamRequestID = ""
    /// Empty on success.
    package var message = ""
    package var queueWait: Duration = .zero
    /// When it had its slot; nil where the target was skipped.
    package var startedAt: Instant?
    /// From the slot to the end of the attempt.
    package var duration: Duration = .zero
    /// From the slot to the first chunk of a stream; nil where none came.
    package var firstChunkAfter: Duration?
    /// How its further chunks came; nil unless the call is traced.
    package var chunkGaps: ChunkGaps?
    /// nil unless it succeeded.
    package var finishReason: FinishReason?
    package var retryAfter: Duration?
    /// What it used: counted, or estimated where upstream did not say. nil where nothing is known to
    /// have been used.
    package var usage: Usage?

    package init(target: Target) { self.target = target }

    package var code: Code { reason?.code ?? .ok }
}

/// A wait of a call that no attempt of its own tells of.
package struct WaitReport: Sendable, Hashable {
    package var beganAt: Instant
    package var took: Duration
    /// Empty where it was for a target to be well again.
    package var lane: String

    package init(beganAt: Instant, took: Duration, lane: String) {
        self.beganAt = beganAt
        self.took = took
        self.lane = lane
    }
}

/// What happened to one call: `laneway.v1.CallInfo` in Swift.
package struct CallReport: Sendable, Hashable {
    package var attribution: Attribution
    /// The lane of the last attempt, or the one the call waited in; empty where queueing is off.
    package var lane: String
    /// The model exactly as the client asked for it.
    package var model: String
    package var phase: CallPhase
    /// What it ran at.
    package var priority: Priority
    /// Waited for slots, over all attempts.
    package var queueWait: Duration
    /// Spent running, over all attempts, queue waits left out.
    package var execution: Duration
    package var attempts: [AttemptReport]
    /// Waits that ended without a slot, or were for a target rather than a slot.
    package var waits: [WaitReport] = []
    /// The prompt as `role: text`; empty unless the call persists prompts and has failed.
    package var messages: [String] = []
    package var messagesTruncated = false

    package init(
        attribution: Attribution, lane: String = "", model: String = "",
        phase: CallPhase = .queue, priority: Priority = .normal, queueWait: Duration = .zero,
        execution: Duration = .zero, attempts: [AttemptReport] = [], waits: [WaitReport] = []
    ) {
        self.attribution = attribution
        self.lane = lane
        self.model = model
        self.phase = phase
        self.priority = priority
        self.queueWait = queueWait
        self.execution = execution
        self.attempts = attempts
        self.waits = waits
    }
}
