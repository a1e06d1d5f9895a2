internal import Foundation
internal import Glibc
internal import Lanes
internal import Logging
internal import Models
internal import NIOPosix
internal import Synchronization

/// Writes each hop of a call from one target to the next: a line of the daemon's log, and where a
/// file is configured one JSON object a line there, with the prompt where prompts are kept.
///
/// The file is written off the event loops. A disk that is full or slow stops no call: what could
/// not be written is counted, and the count is logged.
final class FailoverLog: FailoverObserver {
    private let logger: Logger
    private let file: String?
    private let thread: NIOThreadPool
    private let waiting = Atomic(0)
    private let lost = Atomic(0)
    /// The last write failed, which was logged.
    private let isFailing = Atomic(false)
    /// The last write may have left half a line.
    private let isTorn = Atomic(false)

    /// Bytes of records that may wait to be written.
    private static let waitingBytesMax = 16 << 20
    /// For what is still to be written when the daemon stops.
    private static let closeTimeout: Duration = .seconds(5)

    init(file: String?, logger: Logger) {
        self.file = file
        self.logger = logger
        thread = NIOThreadPool(numberOfThreads: 1)
        if file != nil { thread.start() }
    }

    var keepsPrompts: Bool { file != nil }

    func failedOver(_ error: any Error, to target: Target) {
        guard let record = FailoverRecord(error, to: target) else { return }
        let whose = record.report.attribution
        logger.notice(
            "call failed over",
            metadata: [
                "call_id": "\(whose.callID)", "caller_id": "\(whose.caller.callerID)",
                "uid": "\(whose.caller.uid)", "run_id": "\(whose.runID)",
                "from": "\(record.from.map(\.description) ?? "")", "to": "\(target)",
                "reason": "\(record.reason.rawValue)",
            ])
        guard let file else { return }
        let line = HopLine(record, at: Date())
        let bytes = line.bytesRoughly
        guard waiting.add(bytes, ordering: .relaxed).newValue <= Self.waitingBytesMax else {
            waiting.subtract(bytes, ordering: .relaxed)
            lost.add(1, ordering: .relaxed)
            return
        }
        thread.submit { [self] state in
            waiting.subtract(bytes, ordering: .relaxed)
            guard case .active = state else {
                lost.add(1, ordering: .relaxed)
                return
            }
            write(line, to: file)
        }
    }

    /// Returns when all that was told is written, or after some seconds: a disk that hangs must not
    /// keep the daemon from stopping.
    func close() async {
        if file == nil { return }
        let isWritten = await finishes(within: Self.closeTimeout) { done in
            thread.submit { _ in done() }
        }
        if isWritten { try? await thread.shutdownGracefully() }
        let count = lost.load(ordering: .relaxed)
        if count > 0 || !isWritten {
            logger.warning(
                "failover records lost",
                metadata: ["count": "\(count)", "all_written": "\(isWritten)"])
        }
    }

    private func write(_ line: HopLine, to file: String) {
        do {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let newline = Data([0x0A])
            let torn = isTorn.load(ordering: .relaxed)
            try append((torn ? newline : Data()) + encoder.encode(line) + newline, to: file)
        } catch {
            lost.add(1, ordering: .relaxed)
            // Once, not for every record: it would only fill another disk.
            if !isFailing.exchange(true, ordering: .relaxed) {
                logger.warning(
                    "the failover log cannot be written",
                    metadata: ["file": "\(file)", "error": "\(error)"])
            }
            return
        }
        isFailing.store(false, ordering: .relaxed)
        let count = lost.exchange(0, ordering: .relaxed)
        if count > 0 {
            logger.warning(
                "failover records lost", metadata: ["count": "\(count)", "file": "\(file)"])
        }
    }

    /// Opened for each record, so that a log that was rotated away is not written on. Prompts may be
    /// in it, so it is its owner's alone.
    private func append(_ line: Data, to file: String) throws {
        let descriptor = unsafe open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        isTorn.store(true, ordering: .relaxed)
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: line)
        isTorn.store(false, ordering: .relaxed)
    }
}

/// One line of the file, in the words of the contract.
private struct HopLine: Encodable {
    let time: String
    let callID: String
    let callerID: String
    let uid: UInt32
    let runID: String
    let user: String
    let tool: String
    let model: String
    let from: String
    let to: String
    let reason: String
    /// Left out unless prompts are kept: upstream's own words may repeat the prompt.
    let message: String?
    let httpStatus: Int
    let upstreamRequestID: String
    let retryAfterMs: Int
    let attempts: Int
    let queueWaitMs: Int
    let executionMs: Int
    let attemptMs: Int
    /// Left out unless prompts are kept.
    let messages: [String]?

    init(_ record: FailoverRecord, at date: Date) {
        let report = record.report
        let whose = report.attribution
        let last = report.attempts.last
        time = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        (callID, callerID, uid) = (whose.callID, whose.caller.callerID, whose.caller.uid)
        (runID, user, tool) = (whose.runID, whose.user, whose.tool)
        (model, from, to) = (
            report.model, record.from?.description ?? "", record.to.description
        )
        reason = record.reason.rawValue
        message = report.messages.isEmpty ? nil : record.message
        httpStatus = last?.httpStatus ?? 0
        upstreamRequestID = last?.upstreamRequestID ?? ""
        retryAfterMs = last?.retryAfter?.wholeMilliseconds ?? 0
        attempts = report.attempts.count
        queueWaitMs = report.queueWait.wholeMilliseconds
        executionMs = report.execution.wholeMilliseconds
        attemptMs = last?.duration.wholeMilliseconds ?? 0
        messages = report.messages.isEmpty ? nil : report.messages
    }

    /// For the bound on what waits.
    var bytesRoughly: Int { 1_024 + (messages ?? []).reduce(0) { $0 + $1.utf8.count } }
}
