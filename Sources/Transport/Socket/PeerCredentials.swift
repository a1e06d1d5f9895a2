internal import Glibc

/// Who is at the other end of a connected Unix socket, as the kernel saw it when it connected
/// (`SO_PEERCRED`, unix(7)). Uid and gid can be relied on; the process may be gone and its id
/// used again.
package struct PeerCredentials: Sendable, Hashable {
    package let uid: UInt32
    package let gid: UInt32
    package let pid: Int32

    /// The uid the kernel shows for users it cannot map into this user namespace. Many users
    /// share it, so nothing may be granted to it.
    package static let overflowUID: UInt32 = 65534

    package var isMapped: Bool { uid != Self.overflowUID }

    /// For a listening socket: the process that called `listen`.
    ///
    /// - Throws: `SocketError` of kind `system` when it is no connected Unix socket.
    package init(of descriptor: CInt) throws(SocketError) {
        // `struct ucred`, which the headers show to GNU sources only: pid, uid, gid.
        var raw: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
        let expected = socklen_t(MemoryLayout.size(ofValue: raw))
        var size = expected
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &raw, &size)
        guard result == 0, size == expected else {
            throw .system("cannot ask the kernel who descriptor \(descriptor) belongs to")
        }
        (pid, uid, gid) = raw
    }
}
