internal import Messages
internal import Models
internal import RPC

/// The one place where a call's failure becomes the wire's status: code and message in the
/// trailers, and the same with attribution in `google.rpc.Status`.
extension RPCFailure {
    @inline(never)
    init(_ failure: CallFailure) {
        let pushback = failure.doNotRetry ? -1 : failure.retryAfter?.wholeMilliseconds
        self.init(
            StatusCode(rawValue: failure.code.rawValue) ?? .unknown, failure.message,
            details: FailureDetails.bytes(
                failure.code.rawValue, failure.message, CallInfo(failure.report),
                reason: failure.reason.rawValue,
                retryAfter: failure.doNotRetry ? nil : failure.retryAfter,
                partialUsage: failure.partialUsage, invalidOutput: failure.invalidOutput),
            retryPushbackMs: pushback)
    }

    /// A refusal of an RPC that is no call to a model, or not yet one.
    init(_ refusal: Refusal, _ context: CallContext, callID: @autoclosure () -> String) {
        let attribution = Attribution(context, fallbackID: callID())
        self.init(CallFailure(refusal, report: CallReport(attribution: attribution)))
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
    /// Clients cap header lists at 8 KiB. Base64 takes a third on top of this, the message beside it
    /// is up to 2 KiB, and the other fields are some 300 bytes: over the cap, all details are lost.
    static let bytesMax = 4_200

    static func bytes(
        _ code: Int32, _ message: String, _ info: CallInfo, reason: String,
        retryAfter: Duration?, partialUsage: Models.Usage?,
        invalidOutput: Models.InvalidOutput? = nil
    ) -> [UInt8] {
        var rest = [AnyMessage(packing: ErrorInfo(reason: reason, domain: "laneway"))]
        if let retryAfter {
            rest.append(AnyMessage(packing: RetryInfo(retryDelay: DurationMessage(retryAfter))))
        }
        if let partialUsage { rest.append(AnyMessage(packing: Messages.Usage(partialUsage))) }
        if let invalidOutput {
            rest.append(AnyMessage(packing: Messages.InvalidOutput(invalidOutput)))
        }
        for info in shorterAndShorter(info) {
            let bytes = RPCStatusMessage(
                code: code, message: message, details: [AnyMessage(packing: info)] + rest
            ).encoded()
            if bytes.count <= bytesMax { return bytes }
        }
        return RPCStatusMessage(code: code, message: message, details: rest).encoded()
    }

    /// What is worth least goes first: old messages of the prompt, then the last one a quarter
    /// at a time, then the words of the attempts, the attempts but for the last, and in the end all but
    /// the beginning of the names.
    private static func shorterAndShorter(_ info: CallInfo) -> some Sequence<CallInfo> {
        sequence(first: info.withBoundedNames(bytesMax: nameBytesMax)) { last in
            var next = last
            if !next.messages.isEmpty {
                next.cutSnapshot()
            } else if next.attempts.contains(where: { !$0.message.isEmpty }) {
                for index in next.attempts.indices { next.attempts[index].message = "" }
            } else if next.attempts.count > 1 {
                next.attempts.removeFirst(next.attempts.count - 1)
            } else {
                next = next.withBoundedNames(bytesMax: nameBytesKept)
                return next == last ? nil : next
            }
            return next
        }
    }

    /// The longest model that is taken. A request with a longer one is refused, and its refusal
    /// must not fail to fit for that.
    private static let nameBytesMax = 2_048
    /// Nine names of this length fit beside everything else.
    private static let nameBytesKept = 128
}

extension Messages.InvalidOutput {
    /// Beside it there must be room for the attempts.
    private static let textBytesMax = 1_536
    private static let problemsBytesMax = 512

    fileprivate init(_ output: Models.InvalidOutput) {
        let text = output.text.prefix(utf8Bytes: Self.textBytesMax)
        var left = Self.problemsBytesMax
        var problems: [String] = []
        for problem in output.problems where left > 0 {
            problems.append(problem.prefix(utf8Bytes: left))
            left -= problem.utf8.count
        }
        self.init(
            text: text, truncated: text.utf8.count < output.text.utf8.count, problems: problems)
    }
}

extension CallInfo {
    fileprivate mutating func cutSnapshot() {
        messagesTruncated = true
        if messages.count > 1 {
            messages.removeFirst(messages.count / 2)
            return
        }
        let kept = messages[0].prefix(utf8Bytes: messages[0].utf8.count * 3 / 4)
        messages = kept.isEmpty ? [] : [kept]
    }

    fileprivate func withBoundedNames(bytesMax: Int) -> CallInfo {
        var info = self
        let names: [WritableKeyPath<CallInfo, String>] = [
            \.callID, \.callerID, \.runID, \.user, \.tool, \.model, \.lane,
        ]
        for name in names { info[keyPath: name] = self[keyPath: name].prefix(utf8Bytes: bytesMax) }
        for index in info.attempts.indices {
            info.attempts[index].target = attempts[index].target.prefix(utf8Bytes: bytesMax)
            info.attempts[index].upstreamRequestID =
                attempts[index].upstreamRequestID.prefix(utf8Bytes: bytesMax)
        }
        return info
    }
}
