internal import Messages
internal import Models
internal import RPC

/// The one place where a call's failure becomes the wire's status: code and message in the
/// trailers, and the same with attribution in `google.rpc.Status`.
extension RPCFailure {
    init(_ failure: CallFailure) {
        let pushback = failure.doNotRetry ? -1 : failure.retryAfter?.wholeMilliseconds
        self.init(
            StatusCode(rawValue: failure.code.rawValue) ?? .unknown, failure.message,
            details: FailureDetails.bytes(
                failure.code.rawValue, failure.message, CallInfo(failure.report),
                reason: failure.reason.rawValue,
                retryAfter: failure.doNotRetry ? nil : failure.retryAfter,
                partialUsage: failure.partialUsage),
            retryPushbackMs: pushback)
    }

    /// A failure of the wire itself, with what is known of the call by then.
    func attributed(to context: CallContext, callID: String) -> RPCFailure {
        let attribution = Attribution(context, fallbackID: callID)
        let reason: FailureReason = code == .deadlineExceeded ? .callerDeadline : .badRequest
        var attributed = self
        attributed.details = FailureDetails.bytes(
            code.rawValue, message, CallInfo(CallReport(attribution: attribution)),
            reason: reason.rawValue, retryAfter: nil, partialUsage: nil)
        return attributed
    }
}

/// Builds a serialized `google.rpc.Status` that a header can carry.
enum FailureDetails {
    /// Clients cap header lists at 8 KiB; base64 takes a third on top of this.
    static let bytesMax = 6 * 1_024 * 3 / 4

    static func bytes(
        _ code: Int32, _ message: String, _ info: CallInfo, reason: String,
        retryAfter: Duration?, partialUsage: Models.Usage?
    ) -> [UInt8] {
        var rest = [AnyMessage(packing: ErrorInfo(reason: reason, domain: "laneway"))]
        if let retryAfter {
            rest.append(AnyMessage(packing: RetryInfo(retryDelay: DurationMessage(retryAfter))))
        }
        if let partialUsage { rest.append(AnyMessage(packing: Messages.Usage(partialUsage))) }
        for info in shorterAndShorter(info) {
            let status = RPCStatusMessage(
                code: code, message: message, details: [AnyMessage(packing: info)] + rest)
            let bytes = status.encoded()
            if bytes.count <= bytesMax { return bytes }
        }
        return RPCStatusMessage(code: code, details: rest).encoded()
    }

    /// The prompt goes first, half of it at a time, then the words of the attempts, then the
    /// attempts but for the last.
    private static func shorterAndShorter(_ info: CallInfo) -> some Sequence<CallInfo> {
        sequence(first: info) { last in
            var next = last
            if !next.messages.isEmpty {
                next.messages.removeLast((next.messages.count + 1) / 2)
                next.messagesTruncated = true
            } else if next.attempts.contains(where: { !$0.message.isEmpty }) {
                for index in next.attempts.indices { next.attempts[index].message = "" }
            } else if next.attempts.count > 1 {
                next.attempts.removeFirst(next.attempts.count - 1)
            } else {
                return nil
            }
            return next
        }
    }
}
