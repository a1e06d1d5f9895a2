internal import Messages
internal import Models
internal import RPC

extension LanewayService {
    /// `Generate`: the whole answer at once.
    func generate(
        _ asked: Asked, _ context: CallContext
    ) async throws(RPCFailure) -> Answer {
        if asked.request.queueEvents {
            throw refusal(
                .badRequest, "queue_events is set, but a Generate has no events; use Stream",
                context)
        }
        return try await run(asked, context, isStream: false) {
            (ask, call) throws(CallFailure) in
            try await once(asked, ask, call) { () throws(CallFailure) in
                try await dispatcher.generate(ask, for: call)
            }
        }
    }
}
