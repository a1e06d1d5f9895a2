internal import Lanes
internal import Models
internal import RPC

extension Configuration.AllowedPeers {
    /// What each call of a peer is refused with; nil for one that may call.
    func refusal(of peer: Peer, callID: @autoclosure () -> String) -> RPCFailure? {
        if uids.contains(peer.uid) || gids.contains(peer.gid) { return nil }
        let attribution = Attribution(
            callID: callID(), caller: CallerKey(uid: peer.uid, callerID: ""))
        let refusal = Refusal(
            .callerNotAllowed,
            "uid \(peer.uid), gid \(peer.gid) may not call this daemon (socket.uids, socket.gids)")
        return RPCFailure(CallFailure(refusal, report: CallReport(attribution: attribution)))
    }
}
