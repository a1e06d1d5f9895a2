import Lanes
import Messages
import Models
import RPC
import Testing

@testable import Daemon

struct ServiceFailureTests {
    private func report(attempts: Int = 0, attemptWords: Int = 0, prompt: [String] = [])
        -> CallReport
    {
        var report = CallReport(
            attribution: Attribution(
                callID: "c-1", caller: CallerKey(uid: 1001, callerID: "bot"), runID: "r-1"),
            lane: "gpu", model: "fast")
        report.attempts = (0..<attempts).map { number in
            var attempt = AttemptReport(target: Target(provider: "p\(number)", model: "m"))
            attempt.reason = .upstreamError
            attempt.message = String(repeating: "w", count: attemptWords)
            return attempt
        }
        report.messages = prompt
        return report
    }

    private func status(of failure: RPCFailure) throws -> RPCStatusMessage {
        try RPCStatusMessage(decoding: failure.details)
    }

    /// The table of the contract, once more and in other words than the code has it.
    private static let codes: [(StatusCode, Set<FailureReason>)] = [
        (
            .resourceExhausted,
            [
                .queueFull, .callerQueueFull, .queueTimeout, .upstreamRateLimited,
                .upstreamQuotaExhausted, .slowConsumer,
            ]
        ),
        (.deadlineExceeded, [.callerDeadline, .executionTimeout]),
        (.cancelled, [.callerLeft]),
        (.unavailable, [.noHealthyTarget, .chainExhausted, .shuttingDown]),
        (.failedPrecondition, [.upstreamCredentials, .contentPolicy, .outputSchemaInvalid]),
        (.permissionDenied, [.callerNotAllowed]),
        (.notFound, [.unknownModel]),
        (.invalidArgument, [.badRequest, .contextTooLong]),
        (.aborted, [.streamInterrupted]),
        (.alreadyExists, [.idempotencyConflict]),
        (.internal, [.internal]),
    ]

    @Test(arguments: FailureReason.allCases)
    func `every reason becomes its code, its ErrorInfo and its CallInfo`(
        reason: FailureReason
    ) throws {
        let failure = RPCFailure(CallFailure(reason, "it broke", report: report()))
        if let expected = Self.codes.first(where: { $0.1.contains(reason) }) {
            #expect(failure.code == expected.0)
        }
        let status = try status(of: failure)
        #expect(status.code == failure.code.rawValue)
        #expect(status.message == "it broke")
        #expect(status.detail(ErrorInfo.self)?.reason == reason.rawValue)
        #expect(status.detail(ErrorInfo.self)?.domain == "laneway")
        #expect(status.detail(CallInfo.self)?.callID == "c-1")
        #expect(status.detail(CallInfo.self)?.uid == 1001)
        #expect(status.detail(RetryInfo.self) == nil)
        #expect(failure.retryPushbackMs == nil)
    }

    @Test func `a chain that is used up may carry the code of its last attempt`() throws {
        let failure = RPCFailure(
            CallFailure(.chainExhausted, "all failed", report: report(), code: .notFound))
        #expect(failure.code == .notFound)
        #expect(try status(of: failure).code == StatusCode.notFound.rawValue)
    }

    @Test func `a hint is told as RetryInfo and as pushback`() throws {
        let failure = RPCFailure(
            CallFailure(.queueFull, "full", report: report(), retryAfter: .milliseconds(1_500)))
        #expect(failure.retryPushbackMs == 1_500)
        let retry = try #require(try status(of: failure).detail(RetryInfo.self))
        #expect(retry.retryDelay?.duration == .milliseconds(1_500))
    }

    @Test func `what must not be retried says so to clients that retry by themselves`() throws {
        var usage = Models.Usage()
        usage.outputTokens = 7
        let failure = RPCFailure(
            CallFailure(
                .streamInterrupted, "broke", report: report(), retryAfter: .seconds(1),
                doNotRetry: true, partialUsage: usage))
        #expect(failure.retryPushbackMs == -1)
        #expect(try status(of: failure).detail(RetryInfo.self) == nil)
        #expect(try status(of: failure).detail(Messages.Usage.self)?.outputTokens == 7)
    }

    @Test func `a daemon that stops sends its clients away for 1 to 5 s each`() throws {
        var hints: Set<Int> = []
        for _ in 0..<32 {
            let failure = RPCFailure(CallFailure(.shuttingDown, report: report()))
            #expect(failure.code == .unavailable)
            let hint = try #require(failure.retryPushbackMs)
            #expect((1_000...5_000).contains(hint))
            hints.insert(hint)
        }
        #expect(hints.count > 1, "they would all come back at once")
    }

    // MARK: Size

    @Test func `details fit a header whatever the prompt and the attempts hold`() throws {
        let prompt = (0..<50).map { "user: message \($0) " + String(repeating: "x", count: 4_000) }
        let failure = RPCFailure(
            CallFailure(
                .chainExhausted, "every target failed",
                report: report(attempts: 16, attemptWords: 512, prompt: prompt)))
        #expect(failure.details.count * 4 / 3 <= 6 * 1_024)
        let status = try status(of: failure)
        #expect(status.message == "every target failed")
        let info = try #require(status.detail(CallInfo.self))
        #expect(info.callID == "c-1")
        #expect(info.messagesTruncated)
        #expect(info.attempts.last?.target == "p15/m")
    }

    @Test func `details leave the longest message its room in the header`() {
        let message = String(repeating: "m", count: 2_048)
        let failure = RPCFailure(
            CallFailure(
                .chainExhausted, message,
                report: report(prompt: [String(repeating: "x", count: 9_000)])))
        #expect(failure.details.count * 4 / 3 + message.utf8.count + 400 <= 8 * 1_024)
    }

    @Test func `of a prompt that is too long its end is kept, and cut before it is dropped`() throws
    {
        let last = "user: " + String(repeating: "y", count: 5_000)
        let failure = RPCFailure(
            CallFailure(
                .badRequest, "no", report: report(prompt: ["system: be brief", "user: old", last])))
        let info = try #require(try status(of: failure).detail(CallInfo.self))
        #expect(info.messagesTruncated)
        #expect(info.messages.count == 1)
        #expect(info.messages.first?.hasPrefix("user: yyy") == true)
    }

    @Test func `a prompt that fits is neither cut nor flagged`() throws {
        let failure = RPCFailure(
            CallFailure(.badRequest, "no", report: report(prompt: ["user: hi"])))
        let info = try #require(try status(of: failure).detail(CallInfo.self))
        #expect(info.messages == ["user: hi"])
        #expect(!info.messagesTruncated)
    }

    @Test func `names too long to be taken cost a failure neither its message nor its CallInfo`()
        throws
    {
        var report = report()
        report.model = String(repeating: "é", count: 500_000)
        report.attribution.runID = String(repeating: "r", count: 16_000)
        let failure = RPCFailure(CallFailure(.badRequest, "model is too long", report: report))
        #expect(failure.details.count <= FailureDetails.bytesMax)
        let status = try status(of: failure)
        #expect(status.message == "model is too long")
        let info = try #require(status.detail(CallInfo.self))
        #expect(info.callID == "c-1")
        #expect(info.model.hasPrefix("éé"))
        #expect(info.runID.hasPrefix("rr"))
    }

    // MARK: CallInfo

    @Test func `a report is told whole`() throws {
        var report = report(attempts: 1, attemptWords: 3)
        report.attribution.user = "ann"
        report.attribution.tool = "search"
        report.phase = .establish
        report.priority = .batch
        report.queueWait = .milliseconds(12)
        report.execution = .seconds(3)
        report.attempts[0].lane = "gpu"
        report.attempts[0].httpStatus = 503
        report.attempts[0].upstreamRequestID = "req-9"
        report.attempts[0].queueWait = .milliseconds(12)
        report.attempts[0].duration = .milliseconds(2_999)
        report.attempts[0].retryAfter = .seconds(2)
        let attempt = Attempt(
            target: "p0/m", lane: "gpu", code: 14, reason: "UPSTREAM_ERROR", httpStatus: 503,
            upstreamRequestID: "req-9", message: "www", queueWaitMs: 12, durationMs: 2_999,
            retryAfterMs: 2_000)
        #expect(
            CallInfo(report)
                == CallInfo(
                    callID: "c-1", callerID: "bot", runID: "r-1", lane: "gpu", model: "fast",
                    phase: .establish, queueWaitMs: 12, executionMs: 3_000, attempts: [attempt],
                    uid: 1001, user: "ann", tool: "search", priority: "batch"))
    }

    @Test(arguments: [
        (CallPhase.queue, Phase.queue), (.establish, .establish), (.execute, .execute),
        (.stream, .stream),
    ])
    func `a phase keeps its name`(phase: CallPhase, told: Phase) {
        #expect(Phase(phase) == told)
    }
}
