internal import Glibc
internal import Synchronization

/// The one process that listens on a path. Stands before everything else on the route: the
/// transport accepts from the descriptor this hands out.
///
/// The order makes every moment safe. The lock comes first, and only its holder touches the path.
/// The socket is made under another name, given its mode and group, and listens; only then is it
/// renamed over the path, so a client finds either the old file or a socket that answers.
package final class SocketOwner: Sendable {
    /// Connections that may wait to be accepted; the kernel caps it at `net.core.somaxconn`.
    package static let backlog: CInt = 4096

    package let path: UnixSocketPath
    private let holdings: Mutex<Holdings?>

    private struct Holdings: ~Copyable, Sendable {
        /// nil while, or since, another process may take the path.
        var lock: OwnershipLock?
        /// Keeps the inode from being used again, even after the listener is closed.
        let pin: OwnedDescriptor
        var listener: OwnedDescriptor?

        mutating func unlock() {
            // Assigning nil from outside, through the optional, was seen not to close it.
            if let given = lock.take() { given.giveBack() }
        }

        /// - Returns: whether the lock is ours.
        mutating func relock(_ path: UnixSocketPath) -> Bool {
            if lock == nil { lock = try? OwnershipLock(ifFree: path) }
            return lock != nil
        }

        /// Whether our socket is still the one at the path. Mutating, for that is how it can be
        /// asked inside an optional that cannot be copied.
        mutating func isStill(at path: UnixSocketPath) -> Bool {
            var ours = stat()
            var there = stat()
            return unsafe fstat(pin.raw, &ours) == 0 && lstat(path.description, &there) == 0
                && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino
        }
    }

    private init(path: UnixSocketPath, holdings: consuming sending Holdings) {
        self.path = path
        self.holdings = Mutex(holdings)
    }

    /// Takes the path and listens on it.
    ///
    /// - Throws: `SocketError`: `inUse` when a live process serves the path, `notASocket` when a
    ///   file of another sort is there, and the kinds of what could not be made or set.
    package static func claim(
        _ path: UnixSocketPath, access: SocketAccess = SocketAccess()
    ) throws(SocketError) -> SocketOwner {
        try SocketDirectory.prepare(path.directory)
        return try claim(path, OwnershipLock.take(path), access: access)
    }

    /// - Parameter former: the process that gave the lock up, and listens on.
    static func claim(
        _ path: UnixSocketPath, _ lock: consuming OwnershipLock, access: SocketAccess,
        from former: Int32? = nil
    ) throws(SocketError) -> SocketOwner {
        try refuseIfTaken(path, by: former)
        let listener = try listen(at: path.draft, access: access)
        guard let pin = OwnedDescriptor(checking: unsafe open(path.draft, openPathOnly)) else {
            throw .system("cannot look at \(path.draft)")
        }
        if unsafe rename(path.draft, path.description) != 0 {
            throw .system("cannot put the socket at \(path)")
        }
        return SocketOwner(
            path: path, holdings: Holdings(lock: lock, pin: pin, listener: listener))
    }

    /// The listening descriptor: close-on-exec, non-blocking. Whoever takes it closes it.
    ///
    /// - Returns: nil when it was taken before or the owner is closed.
    package func takeDescriptor() -> CInt? {
        holdings.withLock { holdings in
            guard let listener = holdings?.listener.take() else { return nil }
            return listener.release()
        }
    }

    /// Removes the socket, unless another one has taken its place, and gives the path back.
    /// A second time it does nothing.
    package func close() {
        holdings.withLock { holdings in
            guard var held = holdings.take() else { return }
            // Unlink while the lock is held: after it, the path may be someone else's.
            if held.relock(path), held.isStill(at: path) { unsafe unlink(path.description) }
        }
    }

    /// Gives the lock up: the path may be another's from now on.
    func unlock() {
        holdings.withLock { $0?.unlock() }
    }

    /// - Returns: whether the lock is ours again.
    func relock() -> Bool {
        holdings.withLock { $0?.relock(path) ?? false }
    }

    /// Whether another socket, or none, is where ours was put.
    var isTaken: Bool {
        holdings.withLock { !($0?.isStill(at: path) ?? false) }
    }

    deinit {
        close()
    }

    private static func refuseIfTaken(
        _ path: UnixSocketPath, by former: Int32?
    ) throws(SocketError) {
        switch ListeningProbe.look(at: path.description) {
        case .free, .stale: return
        case .live(let pid):
            if let pid, pid == former { return }
            throw .served(path, by: pid)
        case .notASocket:
            throw SocketError(
                .notASocket,
                "\(path) is a file but not a socket; "
                    + "move it away or choose another path with --socket")
        case .unclear(let reason):
            throw SocketError(
                .inUse,
                "cannot tell whether \(path) is served (\(reason)); "
                    + "remove it or choose another path with --socket")
        }
    }

    private static func listen(
        at draft: String, access: SocketAccess
    ) throws(SocketError) -> OwnedDescriptor {
        guard let socket = OwnedDescriptor(checking: makeUnixSocket(SOCK_STREAM)) else {
            throw .system("cannot make a socket")
        }
        try clear(draft)
        guard try bind(socket.raw, draft) else { throw .system("cannot bind \(draft)") }
        do throws(SocketError) {
            try access.apply(to: draft)
            if Glibc.listen(socket.raw, backlog) != 0 { throw .system("cannot listen on \(draft)") }
        } catch {
            unsafe unlink(draft)
            throw error
        }
        return socket
    }

    /// A draft left by a process that died half-way. Only we can have made it: we hold the lock.
    private static func clear(_ draft: String) throws(SocketError) {
        switch ListeningProbe.look(at: draft) {
        case .free: return
        case .stale, .live: unsafe unlink(draft)
        case .notASocket, .unclear:
            throw SocketError(.notASocket, "\(draft) is in the way and no socket; move it away")
        }
    }

    private static func bind(_ socket: CInt, _ draft: String) throws(SocketError) -> Bool {
        if let address = UnixAddress(path: draft) { return address.bind(socket) }
        // The path fits but the draft's longer name does not: reach it through its directory.
        let directory = parentDirectory(of: draft)
        guard
            let opened = OwnedDescriptor(
                checking: unsafe open(directory, openPathOnly | O_DIRECTORY))
        else { throw .system("cannot open \(directory)") }
        let name = draft.dropFirst(directory.count)
        guard let address = UnixAddress(path: "/proc/self/fd/\(opened.raw)\(name)") else {
            throw SocketError(.path, "socket name \(name) is too long to make; shorten it")
        }
        return address.bind(socket)
    }
}

/// `O_PATH | O_NOFOLLOW | O_CLOEXEC`: a handle on the file without opening it (open(2)). The
/// headers show `O_PATH` to GNU sources only.
private let openPathOnly: CInt = 0o10000000 | O_NOFOLLOW | O_CLOEXEC
