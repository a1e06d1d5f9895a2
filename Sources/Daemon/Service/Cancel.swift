internal import Messages
internal import Models
internal import RPC

extension LanewayService {
    /// `Cancel`: ends a running or waiting call of the same uid, for clients whose wire has no
    /// cancel of its own.
    func cancel(
        _ request: CancelRequest, _ context: CallContext
    ) throws(RPCFailure) -> CancelResponse {
        if request.callID.isEmpty {
            throw refusal(
                .badRequest, "call_id is empty; it is the laneway-call-id of the call to end",
                context)
        }
        let found = calls.calls(withID: request.callID, of: context.peer.uid)
        for call in found { call.interrupt(.cancelled) }
        return CancelResponse(found: !found.isEmpty)
    }
}
