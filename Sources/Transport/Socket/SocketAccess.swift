internal import Glibc

/// Who may connect: the file mode and the group of the socket.
package struct SocketAccess: Sendable, Hashable {
    /// Permission bits, at most 0o777. A client needs the write bit to connect (unix(7)).
    package var mode: UInt32
    /// A group's name or number; nil leaves the daemon's own.
    package var group: String?

    package init(mode: UInt32 = 0o660, group: String? = nil) {
        self.mode = mode
        self.group = group
    }

    /// Sets both on a socket that does not listen yet, so that nobody gets in before.
    func apply(to path: String) throws(SocketError) {
        if let group {
            let gid = try Self.gid(of: group)
            if unsafe chown(path, uid_t.max, gid) != 0 {
                throw SocketError(
                    .group,
                    "cannot give the socket to group \(group): \(systemText(errno)); "
                        + "uid \(geteuid()) must be root or a member of it (socket.group)")
            }
        }
        if unsafe chmod(path, mode) != 0 { throw .system("cannot set the mode of \(path)") }
    }

    static func gid(of group: String) throws(SocketError) -> gid_t {
        // The largest number means "leave it" to chown, so it is no group.
        if let number = gid_t(group), number != gid_t.max { return number }
        if let found = unsafe getgrnam(group) { return unsafe found.pointee.gr_gid }
        throw SocketError(
            .group,
            "group \"\(group)\" does not exist; make it with "
                + "'groupadd --system \(group)' or change socket.group")
    }
}
