internal import Lanes
internal import Messages
internal import Models
internal import RPC
internal import Synchronization

extension LanewayService {
    /// Makes the call that a request begins: whose it is and what its clocks are.
    func open(
        _ request: borrowing GenerateRequest, _ context: CallContext
    ) throws(RPCFailure) -> Call {
        var attribution = Attribution(context, fallbackID: callIDs.next)
        if let traces { attribution.trace = traces.context(of: attribution.trace) }
        let call = Call(
            attribution: attribution, model: request.model, arrived: context.arrived,
            deadline: context.deadline,
            priority: ceilings.clamp(Lanes.Priority(request.priority), for: attribution.caller),
            maxQueueWait: Duration(positiveMilliseconds: request.maxQueueWaitMs),
            executionTimeout: Duration(positiveMilliseconds: request.executionTimeoutMs),
            time: time, persistPrompts: persistPrompts)
        do throws(Refusal) {
            try RequestBounds.check(request, call.attribution)
        } catch {
            throw RPCFailure(CallFailure(error, report: call.report()))
        }
        return call
    }
}

/// What is refused before a call is looked at as a request to a model.
private enum RequestBounds {
    /// Of each name a client gives: they end up in logs, headers and tables.
    static let nameBytesMax = 256

    static func check(
        _ request: borrowing GenerateRequest, _ attribution: Attribution
    ) throws(Refusal) {
        try checkName("laneway-call-id", attribution.callID)
        try checkName("laneway-caller-id", attribution.caller.callerID)
        try checkName("laneway-run-id", attribution.runID)
        try checkName("laneway-user", attribution.user)
        try checkName("laneway-tool", attribution.tool)
        try checkNotNegative("max_queue_wait_ms", request.maxQueueWaitMs)
        try checkNotNegative("execution_timeout_ms", request.executionTimeoutMs)
        try checkNotNegative("max_output_tokens", request.maxOutputTokens)
        if case .unrecognized(let number) = request.priority {
            throw Refusal(
                .badRequest,
                "priority is \(number); it is 0 to 4 (system, interactive, default, batch)")
        }
        let keyBytes = request.idempotencyKey.utf8.count
        if keyBytes > nameBytesMax {
            throw Refusal(
                .badRequest,
                "idempotency_key is \(keyBytes) bytes; at most \(nameBytesMax) are taken")
        }
    }

    private static func checkName(_ name: String, _ value: String) throws(Refusal) {
        let bytes = value.utf8.count
        if bytes > nameBytesMax {
            throw Refusal(
                .badRequest, "metadata \(name) is \(bytes) bytes; at most \(nameBytesMax) are taken"
            )
        }
    }

    private static func checkNotNegative(_ name: String, _ value: Int) throws(Refusal) {
        if value < 0 {
            throw Refusal(.badRequest, "\(name) is \(value); it is 0 (the default) or more")
        }
    }
}

extension Attribution {
    init(_ context: CallContext, fallbackID: @autoclosure () -> String) {
        let metadata = context.metadata
        let uid = context.peer.uid
        if metadata.count == 0 {
            self.init(callID: fallbackID(), caller: CallerKey(uid: uid, callerID: ""))
            return
        }
        self.init(
            callID: metadata["laneway-call-id"].flatMap { $0.isEmpty ? nil : $0 } ?? fallbackID(),
            caller: CallerKey(uid: uid, callerID: metadata["laneway-caller-id"] ?? ""),
            runID: metadata["laneway-run-id"] ?? "", user: metadata["laneway-user"] ?? "",
            tool: metadata["laneway-tool"] ?? "",
            trace: metadata["traceparent"].flatMap { TraceContext(traceparent: $0) })
    }
}

/// Makes ids for calls that came without one: random for each start of the daemon, then counted. The
/// first two thousand million are no longer than what Swift keeps without an allocation.
final class CallIDs: Sendable {
    private let prefix: String
    private let count = Atomic(0)

    init(seed: UInt64 = .random(in: 0...UInt64.max)) {
        prefix = String(seed % 2_821_109_907_456, radix: 36) + "-"  // 36 to the 8th
    }

    var next: String {
        var rest = count.wrappingAdd(1, ordering: .relaxed).newValue
        // By hand: `String(_:radix:)` and `+` take as long as half a dozen allocations.
        return unsafe String(unsafeUninitializedCapacity: prefix.utf8.count + 13) { bytes in
            var end = 0
            for byte in prefix.utf8 {
                unsafe bytes[end] = byte
                end += 1
            }
            let start = end
            while rest > 0 || end == start {
                unsafe bytes[end] = Self.digits[rest % 36]
                (rest, end) = (rest / 36, end + 1)
            }
            unsafe bytes[start..<end].reverse()
            return end
        }
    }

    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
}

extension Lanes.Priority {
    init(_ priority: Messages.Priority) {
        switch priority {
        case .system: self = .system
        case .interactive: self = .interactive
        case .batch: self = .batch
        case .unspecified, .default, .unrecognized: self = .normal
        }
    }
}

extension Duration {
    /// nil for 0 or less: the daemon's own default applies.
    init?(positiveMilliseconds: Int) {
        guard positiveMilliseconds > 0 else { return nil }
        self = .milliseconds(positiveMilliseconds)
    }

    var wholeMilliseconds: Int {
        // Up to nine seconds are a division of 64 bits; `components` are two of 128.
        if let short = Int(exactly: attoseconds) { return short / 1_000_000_000_000_000 }
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
