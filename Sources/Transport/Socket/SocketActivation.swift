internal import Glibc

/// A listening socket the service manager opened before it started us.
package struct InheritedSocket: Sendable, Hashable {
    /// Close-on-exec, non-blocking. Whoever uses it closes it.
    package let descriptor: CInt
    /// The `FileDescriptorName=` of the socket unit; empty when it sent no names.
    package let name: String
}

/// Socket activation as systemd does it (sd_listen_fds(3)): `LISTEN_FDS` descriptors from 3 on,
/// meant for the process `LISTEN_PID`. Connections wait in the backlog over a restart, so no
/// client is ever refused.
package enum SocketActivation {
    /// Where the service manager puts the first one.
    package static let firstDescriptor: CInt = 3
    /// More than anyone means; guards against a number that is garbage.
    static let socketsMax = 64

    /// What was handed to this process; empty when nothing was.
    ///
    /// - Parameters:
    ///   - environment: `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` are read.
    ///   - pid: this process. Variables meant for another one are not ours to read.
    ///   - first: the first descriptor, for tests.
    /// - Throws: `SocketError` of kind `activation` when the promise and what is there differ.
    package static func inherited(
        environment: [String: String], pid: Int32, first: CInt = firstDescriptor
    ) throws(SocketError) -> [InheritedSocket] {
        guard let count = try promised(environment, pid: pid) else { return [] }
        let names = environment["LISTEN_FDNAMES"].map {
            $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
        if let names, names.count != count {
            throw SocketError(
                .activation,
                "LISTEN_FDS promises \(count) sockets but LISTEN_FDNAMES names "
                    + "\(names.count); start the daemon from its socket unit")
        }
        var sockets: [InheritedSocket] = []
        for index in 0..<count {
            let descriptor = first + CInt(index)
            try check(descriptor)
            try claim(descriptor)
            sockets.append(InheritedSocket(descriptor: descriptor, name: names?[index] ?? ""))
        }
        return sockets
    }

    private static func promised(
        _ environment: [String: String], pid: Int32
    ) throws(SocketError) -> Int? {
        guard let listenPID = environment["LISTEN_PID"], let listenFDs = environment["LISTEN_FDS"]
        else { return nil }
        guard let meant = Int32(listenPID), meant > 0 else {
            throw SocketError(.activation, "LISTEN_PID is \"\(listenPID)\", not a process id")
        }
        // A parent's variables, passed on by accident. Its descriptors are not ours.
        if meant != pid { return nil }
        guard let count = Int(listenFDs), (1...socketsMax).contains(count) else {
            throw SocketError(
                .activation, "LISTEN_FDS is \"\(listenFDs)\", not a number from 1 to \(socketsMax)")
        }
        return count
    }

    private static func check(_ descriptor: CInt) throws(SocketError) {
        guard let domain = option(SO_DOMAIN, of: descriptor) else {
            throw SocketError(
                .activation,
                "descriptor \(descriptor) from the service manager is no socket: "
                    + systemText(errno))
        }
        let stream = option(SO_TYPE, of: descriptor) == CInt(SOCK_STREAM.rawValue)
        guard domain == AF_UNIX, stream, option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw SocketError(
                .activation,
                "descriptor \(descriptor) from the service manager is not a "
                    + "listening Unix stream socket; use ListenStream= with an absolute path")
        }
    }

    private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &size)
        return result == 0 ? value : nil
    }

    private static func claim(_ descriptor: CInt) throws(SocketError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw .system("cannot take over descriptor \(descriptor)") }
    }
}
