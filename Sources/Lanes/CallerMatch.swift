/// Whose weight a line of the configuration gives. A part that is nil matches anyone.
package struct CallerMatch: Sendable, Hashable {
    package var uid: UInt32?
    package var callerID: String?

    package init(uid: UInt32? = nil, callerID: String? = nil) {
        self.uid = uid
        self.callerID = callerID
    }
}

extension LaneSettings {
    /// A uid's weight among uids: that of the line that names the uid alone.
    func weight(of uid: UInt32) -> Double {
        weights.isEmpty ? 1 : weights[CallerMatch(uid: uid)] ?? 1
    }

    /// A caller id's weight among those of its uid: a line that names both comes first.
    func weight(of caller: CallerKey) -> Double {
        if weights.isEmpty { return 1 }
        return weights[CallerMatch(uid: caller.uid, callerID: caller.callerID)]
            ?? weights[CallerMatch(callerID: caller.callerID)] ?? 1
    }
}
