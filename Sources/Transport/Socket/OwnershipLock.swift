internal import Glibc

/// The right to bind, rename and unlink at a path, held for the life of the daemon. The kernel
/// gives it back when the process dies, however it dies.
///
/// The file says which process holds it, for who wants to take the path over.
struct OwnershipLock: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    /// - Throws: `SocketError` of kind `inUse` when another process holds it.
    static func take(_ path: UnixSocketPath) throws(SocketError) -> OwnershipLock {
        guard let lock = try OwnershipLock(ifFree: path) else { throw held(path) }
        return lock
    }

    /// - Returns: nil when another process holds it.
    init?(ifFree path: UnixSocketPath) throws(SocketError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        guard let file = OwnedDescriptor(checking: unsafe open(path.lockFile, flags, 0o600)) else {
            throw .system("cannot open the lock file \(path.lockFile)")
        }
        while flock(file.raw, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { return nil }
            throw .system("cannot lock \(path.lockFile)")
        }
        Self.sign(file)
        descriptor = file
    }

    /// Lets the next one have it.
    consuming func giveBack() {
        _ = Glibc.close(descriptor.release())
    }

    /// A full disk costs the next daemon the take-over, and is no reason not to serve.
    private static func sign(_ file: borrowing OwnedDescriptor) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(file.raw, 0) == 0 else { return }
        _ = unsafe pwrite(file.raw, text, text.count, 0)
    }

    /// The process that took the lock last; nil when the file does not say.
    static func holder(of path: UnixSocketPath) -> Int32? {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW
        guard let file = OwnedDescriptor(checking: unsafe open(path.lockFile, flags)) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(file.raw, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let line = bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }
        return Int32(String(decoding: line, as: UTF8.self))
    }

    static func held(_ path: UnixSocketPath) -> SocketError {
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
                + "stop it, take over from it with --take-over, or choose another path with "
                + "--socket")
    }
}
