import Clocks
import Logging
import Synchronization
import Testing

@testable import Lanes

extension CallerKey {
    static func named(_ name: String) -> CallerKey { CallerKey(uid: 1_000, callerID: name) }
}

extension Job {
    static func of(
        _ caller: String, bytes: Int = 10, waitMax: Duration? = nil, deadline: Instant? = nil,
        stream: Bool = false, uid: UInt32 = 1_000, run: String = "", priority: Priority = .normal,
        retry: Bool = false
    ) -> Job {
        Job(
            caller: CallerKey(uid: uid, callerID: caller), runID: run, priority: priority,
            promptBytes: bytes, queueWaitMax: waitMax, callerDeadline: deadline, isStream: stream,
            isRetry: retry)
    }
}

extension Arrival {
    var grant: Grant? {
        if case .start(let grant) = self { return grant }
        return nil
    }

    var ticket: Ticket? {
        if case .wait(let ticket, _) = self { return ticket }
        return nil
    }
}

extension Reply {
    var grant: Grant? {
        if case .start(let grant) = answer { return grant }
        return nil
    }
}

extension Step {
    var replies: [Reply] {
        switch self {
        case .nothing: []
        case .reply(let reply): [reply]
        case .replyAll(let replies): replies
        }
    }
}

/// A machine and the grants it has given, to be ended in the order in which they were given.
struct HeldLane: ~Copyable {
    var machine: LaneMachine
    private(set) var grants: [Grant] = []

    init(_ settings: LaneSettings) {
        machine = LaneMachine(settings)
    }

    /// A call that must not wait.
    mutating func start(_ job: Job, at now: Instant) {
        guard let grant = machine.callArrived(job, at: now).grant else {
            Issue.record("the lane should have room")
            return
        }
        grants.append(grant)
    }

    mutating func change(to settings: LaneSettings, at now: Instant) -> Step {
        let step = machine.settingsChanged(to: settings, at: now)
        grants += step.replies.compactMap(\.grant)
        return step
    }

    @discardableResult
    mutating func endOne(_ strain: Strain = .unknown, at now: Instant) -> Step {
        let step = machine.slotFreed(grants.removeFirst(), nil, strain, at: now)
        grants += step.replies.compactMap(\.grant)
        return step
    }

    mutating func establishOne(at now: Instant) -> (OpenGrant, Step) {
        let (open, step) = machine.streamEstablished(grants.removeFirst(), at: now)
        grants += step.replies.compactMap(\.grant)
        return (open, step)
    }
}

/// Keeps the log lines of a lane.
final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(book: self) }
    }

    private func note(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let lane = event.metadata?["lane"].map { " lane=\($0)" } ?? ""
            book.note("\(event.level): \(event.message)\(lane)")
        }
    }
}
