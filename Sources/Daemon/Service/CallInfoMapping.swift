internal import Lanes
internal import Messages
internal import Models

/// What happened to a call, in the words of the contract. The same for answers and failures.
extension CallInfo {
    init(_ report: borrowing CallReport) {
        var attempts: [Attempt] = []
        attempts.reserveCapacity(report.attempts.count)
        for place in report.attempts.indices { attempts.append(Attempt(report.attempts[place])) }
        self.init(
            callID: report.attribution.callID, callerID: report.attribution.caller.callerID,
            runID: report.attribution.runID, lane: report.lane, model: report.model,
            phase: Phase(report.phase), queueWaitMs: report.queueWait.wholeMilliseconds,
            executionMs: report.execution.wholeMilliseconds,
            attempts: attempts, messages: report.messages,
            messagesTruncated: report.messagesTruncated, uid: report.attribution.caller.uid,
            user: report.attribution.user, tool: report.attribution.tool,
            priority: report.priority.wireName)
    }
}

extension Attempt {
    init(_ report: borrowing AttemptReport) {
        self.init(
            target: report.target.description, lane: report.lane, code: report.code.rawValue,
            reason: report.reason?.rawValue ?? "", httpStatus: Int32(clamping: report.httpStatus),
            upstreamRequestID: report.upstreamRequestID, message: report.message,
            queueWaitMs: report.queueWait.wholeMilliseconds,
            durationMs: report.duration.wholeMilliseconds,
            retryAfterMs: report.retryAfter?.wholeMilliseconds ?? 0)
    }
}

extension Phase {
    init(_ phase: CallPhase) {
        switch phase {
        case .queue: self = .queue
        case .establish: self = .establish
        case .execute: self = .execute
        case .stream: self = .stream
        }
    }
}
