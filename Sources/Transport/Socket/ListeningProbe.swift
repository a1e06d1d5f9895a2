internal import Glibc

/// Whether anyone serves a path. Asked before the path is taken over.
enum ListeningProbe {
    enum Finding: Hashable {
        /// Nothing is at the path.
        case free
        /// A socket nobody listens on: what a killed process leaves behind.
        case stale
        /// Somebody accepts connections there; nil when the kernel would not say who.
        case live(pid: Int32?)
        /// It is a file of another sort, and none of our business.
        case notASocket
        /// It cannot be told, so it must be left alone.
        case unclear(String)
    }

    static func look(at path: String) -> Finding {
        var status = stat()
        if unsafe lstat(path, &status) != 0 {
            return errno == ENOENT ? .free : .unclear(systemText(errno))
        }
        if status.st_mode & S_IFMT != S_IFSOCK { return .notASocket }
        return knock(path)
    }

    private static func knock(_ path: String) -> Finding {
        guard let address = UnixAddress(path: path),
            let probe = OwnedDescriptor(checking: makeUnixSocket(SOCK_STREAM))
        else { return .unclear(systemText(errno)) }
        if address.connect(probe.raw) {
            let peer = try? PeerCredentials(of: probe.raw)
            return .live(pid: peer?.pid)
        }
        switch errno {
        case ECONNREFUSED: return .stale
        case ENOENT: return .free
        // A full backlog: busy, but alive.
        case EAGAIN: return .live(pid: nil)
        case let code: return .unclear(systemText(code))
        }
    }
}
