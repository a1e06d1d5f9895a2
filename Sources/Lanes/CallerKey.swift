/// Who a share of a lane belongs to. The uid is the kernel's word, the caller id the peer's own.
package struct CallerKey: Hashable, Comparable, Sendable {
    // In this order the two and a half words take no more.
    /// Empty for a caller that sent none: the uid's own share.
    package var callerID: String
    package var uid: UInt32

    package init(uid: UInt32, callerID: String) {
        self.uid = uid
        self.callerID = callerID
    }

    package static func < (one: CallerKey, other: CallerKey) -> Bool {
        (one.uid, one.callerID) < (other.uid, other.callerID)
    }
}
