/// Who a share of a lane belongs to. The uid is the kernel's word, the caller id the peer's own.
package struct CallerKey: Hashable, Comparable, Sendable {
    package var uid: UInt32
    /// Empty for a caller that sent none: the uid's own share.
    package var callerID: String

    package init(uid: UInt32, callerID: String) {
        self.uid = uid
        self.callerID = callerID
    }

    package static func < (one: CallerKey, other: CallerKey) -> Bool {
        (one.uid, one.callerID) < (other.uid, other.callerID)
    }
}
