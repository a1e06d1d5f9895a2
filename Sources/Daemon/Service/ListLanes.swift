internal import Messages
internal import RPC

extension LaneAdminService {
    /// `ListLanes`: how the lanes stand now.
    func list(
        _ request: ListLanesRequest, _ context: CallContext
    ) throws(RPCFailure) -> ListLanesResponse {
        ListLanesResponse(lanes: try statuses(of: request.names, context))
    }
}
