internal import Messages
internal import Models
internal import RPC

extension HealthService {
    /// `Watch`: how a service stands, now and whenever that has changed. While the daemon drains
    /// the stream stays, or its client would come back for the same answer; it ends when the last
    /// call has.
    func watch(
        _ request: HealthCheckRequest, to writer: ResponseWriter<HealthCheckResponse>,
        _ context: CallContext
    ) async throws(RPCFailure) {
        var phase = book.phase
        var last: HealthCheckResponse?
        while true {
            let now = status(of: request.service, in: phase)
            if now != last { try await writer.write(now) }
            last = now
            if phase == .ended { throw refusal(.shuttingDown, context) }
            phase = await book.phase(after: phase)
            if Task.isCancelled { throw ended(context) }
        }
    }

    private func ended(_ context: CallContext) -> RPCFailure {
        context.interruption == .deadline
            ? refusal(Refusal(.callerDeadline, "the caller's deadline has passed"), context)
            : refusal(Refusal(.callerLeft, "the caller has left"), context)
    }

    private func refusal(_ refusal: Refusal, _ context: CallContext) -> RPCFailure {
        RPCFailure(refusal, context, callID: callIDs.next)
    }
}
