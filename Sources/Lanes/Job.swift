package import Clocks

/// What a lane needs to know of a call, and nothing more: lanes know jobs, not requests.
package struct Job: Sendable {
    package var caller: CallerKey
    /// The run the call belongs to; empty if none was named.
    package var runID: String
    package var priority: Priority
    /// Bytes of prompt the call keeps in memory while it waits.
    package var promptBytes: Int
    /// The call's own queue clock; the lane's applies where it is shorter.
    package var queueWaitMax: Duration?
    /// When the caller gives up. A call still waiting then leaves the queue by itself.
    package var callerDeadline: Instant?
    /// A stream counts against the lane's open streams once it is established.
    package var isStream: Bool
    /// The call has been in a lane before and is tried again: it waits before all else its caller
    /// has waiting in the same band, for it has had its turn in the queue.
    package var isRetry: Bool

    package init(
        caller: CallerKey, runID: String = "", priority: Priority = .normal, promptBytes: Int,
        queueWaitMax: Duration? = nil, callerDeadline: Instant? = nil, isStream: Bool = false,
        isRetry: Bool = false
    ) {
        self.caller = caller
        self.runID = runID
        self.priority = priority
        self.promptBytes = promptBytes
        self.queueWaitMax = queueWaitMax
        self.callerDeadline = callerDeadline
        self.isStream = isStream
        self.isRetry = isRetry
    }
}
