internal import Clocks
internal import Lanes
internal import Messages
internal import Models
internal import RPC

/// Generates with an idempotency key: one of the same key runs, the others are given what it was
/// given.
extension LanewayService {
    /// Runs `body` unless a call with the same key and request runs or has been answered.
    func once(
        _ request: GenerateRequest, _ call: Call,
        _ body: () async throws(CallFailure) -> GenerateResponse
    ) async throws(CallFailure) -> GenerateResponse {
        if request.idempotencyKey.isEmpty { return try await body() }
        let caller = call.attribution.caller
        let key = IdempotencyBook<GenerateResponse>.Key(
            uid: caller.uid, callerID: caller.callerID, key: request.idempotencyKey)
        let print = RequestPrint(request)
        while true {
            switch answers.claim(key, print, at: time.now) {
            case .run: return try await first(key, body)
            case .replay(let answer): return answer
            case .conflict:
                throw CallFailure(
                    Refusal(
                        .idempotencyConflict,
                        """
                        idempotency_key \(quoted(request.idempotencyKey.prefix(utf8Bytes: 64))) was \
                        used for another request within the last 10 min; use a key once
                        """), report: call.report())
            case .join(let joined):
                switch await answers.outcome(of: joined, for: call) {
                case .answered(let answer): return answer
                case .failed(let failure): throw failure
                // The next of those that joined is the first now.
                case .gone: continue
                case nil: throw dispatcher.left(call)
                }
            }
        }
    }

    private func first(
        _ key: IdempotencyBook<GenerateResponse>.Key,
        _ body: () async throws(CallFailure) -> GenerateResponse
    ) async throws(CallFailure) -> GenerateResponse {
        do throws(CallFailure) {
            let answer = try await body()
            answers.settle(
                key, .answered(answer), bytes: answer.encodedSizeRoughly, at: time.now)
            return answer
        } catch {
            let isOwn = [.callerLeft, .callerDeadline].contains(error.reason)
            answers.settle(key, isOwn ? .gone : .failed(error), bytes: 0, at: time.now)
            throw error
        }
    }
}

extension GenerateResponse {
    /// For the bound on what is kept.
    fileprivate var encodedSizeRoughly: Int { 1_024 + encoded().count }
}
