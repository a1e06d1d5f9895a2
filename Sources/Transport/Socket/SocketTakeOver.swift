internal import Glibc

/// One daemon takes a path over from another, without a moment when nobody listens there.
///
/// The new one asks by SIGUSR2, which the kernel lets root and the same user send. The old one lets
/// go of the lock and serves on; the new one takes the lock and renames its socket over the path;
/// the old one sees that, and leaves. What waits in the old one's backlog is still accepted by it.
extension SocketOwner {
    /// How long either side waits for the other.
    package static let takeOverPatience: Duration = .seconds(5)

    private static let pollInterval: Duration = .milliseconds(5)

    /// As `claim`, from a daemon that serves the path as well.
    ///
    /// - Throws: `SocketError` as `claim`; of kind `inUse` when the other does not give the path up.
    package static func takeOver(
        _ path: UnixSocketPath, access: SocketAccess = SocketAccess(),
        patience: Duration = takeOverPatience
    ) async throws(SocketError) -> SocketOwner {
        try SocketDirectory.prepare(path.directory)
        let deadline = ContinuousClock.now + patience
        var former: Int32?
        while true {
            let last = OwnershipLock.holder(of: path)
            if let lock = try OwnershipLock(ifFree: path) {
                // Who had the lock last and still listens has given the path up, to us or another.
                return try claim(path, lock, access: access, from: last)
            }
            if let former, let holder = OwnershipLock.holder(of: path), holder != former {
                // Somebody else asked as well, and was sooner.
                throw OwnershipLock.held(path)
            }
            if former == nil { former = try ask(forPath: path) }
            if .now > deadline { throw notGivenUp(path, by: former, patience) }
            try? await Task.sleep(for: pollInterval)
        }
    }

    /// - Returns: the process that was asked; nil when nobody could be, because the one that holds
    ///   the lock does not listen yet, or no more.
    private static func ask(forPath path: UnixSocketPath) throws(SocketError) -> Int32? {
        // A process id in a file can be that of a stranger by now: the kernel has to name it as well.
        guard case .live(let pid?) = ListeningProbe.look(at: path.description),
            pid == OwnershipLock.holder(of: path)
        else { return nil }
        if kill(pid, SIGUSR2) != 0 {
            throw .system("cannot ask process \(pid) to give up \(path)")
        }
        return pid
    }

    private static func notGivenUp(
        _ path: UnixSocketPath, by pid: Int32?, _ patience: Duration
    ) -> SocketError {
        guard let pid else { return OwnershipLock.held(path) }
        return SocketError(
            .inUse,
            "process \(pid) has not given up \(path) within \(patience); stop it, or choose "
                + "another path with --socket")
    }

    /// Lets another process take the path, and serves on meanwhile.
    ///
    /// - Returns: true when the path is the other's; false when nobody came, and it is still ours.
    package func handOver(patience: Duration = takeOverPatience) async -> Bool {
        unlock()
        let deadline = ContinuousClock.now + patience
        while !isTaken {
            if Task.isCancelled { return false }
            // Whoever has the lock by then is about to take the path.
            if .now > deadline, relock() { return isTaken }
            try? await Task.sleep(for: Self.pollInterval)
        }
        return true
    }
}
