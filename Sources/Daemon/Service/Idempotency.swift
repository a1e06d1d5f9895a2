internal import Clocks
internal import Lanes
internal import Messages
internal import Models
internal import RPC

/// Generates with an idempotency key: one of the same key runs, the others are given what it was
/// given.
extension LanewayService {
    typealias Answers = IdempotencyBook<Answer>

    /// Runs `body` unless a call with the same key and request runs or has been answered.
    @inline(never)
    func once(
        _ asked: Asked, _ ask: ModelRequest, _ call: Call,
        _ body: () async throws(CallFailure) -> ModelResponse
    ) async throws(CallFailure) -> Answer {
        if asked.request.idempotencyKey.isEmpty { return Answer(try await body(), of: call) }
        return try await onceWithKey(asked, ask, call, body)
    }

    @inline(never)
    private func onceWithKey(
        _ asked: Asked, _ ask: ModelRequest, _ call: Call,
        _ body: () async throws(CallFailure) -> ModelResponse
    ) async throws(CallFailure) -> Answer {
        let caller = call.attribution.caller
        let key = Answers.Key(
            uid: caller.uid, callerID: caller.callerID, key: asked.request.idempotencyKey)
        let print = RequestPrint(asked.request)
        while true {
            let claim = answers.claim(key, print, promptBytes: ask.promptBytes, at: time.now)
            switch claim {
            case .run: return try await first(key, call, body)
            case .replay(let answer):
                dispatcher.shared(call)
                return answer
            case .conflict: throw dispatcher.refused(call, .conflict(key.key))
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

extension Answer {
    /// For the bound on what is kept.
    fileprivate var encodedSizeRoughly: Int { 1_024 + response.encoded().count }
}
