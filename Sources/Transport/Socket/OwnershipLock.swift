internal import Glibc

/// The right to bind, rename and unlink at a path, held for the life of the daemon. The kernel
/// gives it back when the process dies, however it dies.
struct OwnershipLock: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    /// - Throws: `SocketError` of kind `inUse` when another process holds it.
    init(_ path: UnixSocketPath) throws(SocketError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        guard let file = OwnedDescriptor(checking: unsafe open(path.lockFile, flags, 0o600)) else {
            throw .system("cannot open the lock file \(path.lockFile)")
        }
        while flock(file.raw, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { throw Self.held(path) }
            throw .system("cannot lock \(path.lockFile)")
        }
        descriptor = file
    }

    private static func held(_ path: UnixSocketPath) -> SocketError {
        if case .live(let pid) = ListeningProbe.look(at: path.description) {
            return .served(path, by: pid)
        }
        return SocketError(
            .inUse,
            "another process holds \(path.lockFile) and is starting or stopping on "
                + "\(path); wait for it, or choose another path with --socket")
    }
}

extension SocketError {
    static func served(_ path: UnixSocketPath, by pid: Int32?) -> SocketError {
        let who = pid.map { " (pid \($0) by SO_PEERCRED)" } ?? ""
        return SocketError(
            .inUse,
            "\(path) is served by another process\(who); "
                + "stop it or choose another path with --socket")
    }
}
