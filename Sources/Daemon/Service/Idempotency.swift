internal import Clocks
internal import Lanes
package import Messages
package import Models
internal import RPC

/// Generates with an idempotency key: one of the same key runs, the others are given what it was
/// given.
extension LanewayService {
    /// Out of line: it is passed on by several async functions, and sent as it is.
    typealias Answer = Boxed<GenerateResponse>
    typealias Answers = IdempotencyBook<Answer>

    /// Runs `body` unless a call with the same key and request runs or has been answered.
    @inline(never)
    func once(
        _ request: GenerateRequest, _ ask: ModelRequest, _ call: Call,
        _ body: () async throws(CallFailure) -> ModelResponse
    ) async throws(CallFailure) -> Answer {
        if request.idempotencyKey.isEmpty { return Answer(try await body(), of: call) }
        return try await onceWithKey(request, ask, call, body)
    }

    @inline(never)
    private func onceWithKey(
        _ request: GenerateRequest, _ ask: ModelRequest, _ call: Call,
        _ body: () async throws(CallFailure) -> ModelResponse
    ) async throws(CallFailure) -> Answer {
        let caller = call.attribution.caller
        let key = Answers.Key(
            uid: caller.uid, callerID: caller.callerID, key: request.idempotencyKey)
        let print = RequestPrint(request)
        while true {
            let claim = answers.claim(key, print, promptBytes: ask.promptBytes, at: time.now)
            switch claim {
            case .run: return try await first(key, call, body)
            case .replay(let answer):
                dispatcher.shared(call)
                return answer
            case .conflict: throw dispatcher.refused(call, .conflict(request.idempotencyKey))
            case .full: throw dispatcher.refused(call, .tooManyJoined)
            case .join(let joined):
                switch await answers.outcome(of: joined, for: call) {
                case .answered(let answer):
                    dispatcher.shared(call)
                    return answer
                case .failed(let failure): throw dispatcher.shared(failure, with: call)
                // The next of those that joined is the first now.
                case .gone: continue
                case nil: throw dispatcher.left(call)
                }
            }
        }
    }

    private func first(
        _ key: Answers.Key, _ call: Call, _ body: () async throws(CallFailure) -> ModelResponse
    ) async throws(CallFailure) -> Answer {
        do throws(CallFailure) {
            let answer = Answer(try await body(), of: call)
            answers.settle(
                key, .answered(answer), bytes: answer.encodedSizeRoughly, at: time.now)
            return answer
        } catch {
            if call.afterlife.hasBegun {
                settleLater(key, call)
            } else {
                let isOwn = [.callerLeft, .callerDeadline].contains(error.reason)
                answers.settle(key, isOwn ? .gone : .failed(error), bytes: 0, at: time.now)
            }
            throw error
        }
    }

    /// The caller has left what its lane finishes: the answer is for whoever asks with the key.
    private func settleLater(_ key: Answers.Key, _ call: Call) {
        call.afterlife.whenEnded { [answers, time] outcome in
            switch outcome {
            case .success(let response):
                let answer = Answer(response, of: call)
                answers.settle(
                    key, .answered(answer), bytes: answer.encodedSizeRoughly, at: time.now)
            // Whoever waits runs it anew, along the whole chain.
            case .failure: answers.settle(key, .gone, bytes: 0, at: time.now)
            }
        }
    }
}

extension Refusal {
    fileprivate static func conflict(_ key: String) -> Refusal {
        Refusal(
            .idempotencyConflict,
            """
            idempotency_key \(quoted(key.prefix(utf8Bytes: 64))) was used for another request within \
            the last 10 min; use a key once
            """)
    }

    fileprivate static var tooManyJoined: Refusal {
        var refusal = Refusal(
            .callerQueueFull,
            """
            too many calls wait for the answers of others with the same idempotency_key; at most 512 \
            of a caller may, with 32 MiB of prompts
            """)
        refusal.retryAfter = .seconds(1)
        return refusal
    }
}

extension Boxed: WireMessage where Value: WireMessage {
    package static var fullName: String { Value.fullName }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self.init(wrappedValue: try unsafe Value(decoding: bytes))
    }

    package func encode(_ body: (EncodedMessage) -> Void) { wrappedValue.encode(body) }
}

extension LanewayService.Answer {
    @inline(never)
    fileprivate init(_ answer: ModelResponse, of call: Call) {
        self.init(
            wrappedValue: GenerateResponse(
                message: Message(answer.message),
                finishReason: Messages.FinishReason(answer.finishReason),
                usage: Messages.Usage(answer.usage), call: CallInfo(call.report())))
    }

    /// For the bound on what is kept.
    fileprivate var encodedSizeRoughly: Int { 1_024 + wrappedValue.encoded().count }
}
