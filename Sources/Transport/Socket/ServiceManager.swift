internal import Glibc

/// Tells systemd how the daemon is (sd_notify(3)): one datagram per state to `NOTIFY_SOCKET`.
/// Beside the route of a call, used by the composition only.
package struct ServiceManager: Sendable {
    /// Bytes of name as the kernel takes them; an abstract one starts with NUL.
    private let socketName: [UInt8]

    /// How often `alive` must be said, at the latest; nil when nobody watches.
    /// Say it at half of this, from the loop that does the work.
    package let watchdogInterval: Duration?

    /// - Parameter pid: this process; `WATCHDOG_PID` may name another one.
    /// - Returns: nil when no service manager asked to be told.
    /// - Throws: `SocketError` of kind `notify` when the variables are garbage.
    package init?(environment: [String: String], pid: Int32) throws(SocketError) {
        guard let name = environment["NOTIFY_SOCKET"], !name.isEmpty else { return nil }
        var bytes = Array(name.utf8)
        guard name.hasPrefix("/") || name.hasPrefix("@") else {
            throw SocketError(
                .notify,
                "NOTIFY_SOCKET is \"\(name)\"; it must be an absolute path or start "
                    + "with @ (unset it to run without a service manager)")
        }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        guard UnixAddress(bytes) != nil else {
            throw SocketError(
                .notify,
                "NOTIFY_SOCKET is \(bytes.count) bytes; the system takes "
                    + "\(UnixSocketPath.bytesMax)")
        }
        socketName = bytes
        watchdogInterval = try Self.watchdog(environment, pid: pid)
    }

    /// The socket listens and the configuration is in force.
    package func ready(status: String) throws(SocketError) {
        try send("READY=1\nSTATUS=\(Self.line(status))", patience: .patient)
    }

    /// No new calls; the running ones end.
    package func stopping(status: String) throws(SocketError) {
        try send("STOPPING=1\nSTATUS=\(Self.line(status))", patience: .patient)
    }

    /// One line for `systemctl status`.
    package func status(_ text: String) throws(SocketError) {
        try send("STATUS=\(Self.line(text))", patience: .hasty)
    }

    /// The work goes on. Safe on an event loop: it never waits.
    package func alive() throws(SocketError) {
        try send("WATCHDOG=1", patience: .hasty)
    }

    private static func watchdog(
        _ environment: [String: String], pid: Int32
    ) throws(SocketError) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], !text.isEmpty else { return nil }
        if let meant = environment["WATCHDOG_PID"], Int32(meant) != pid { return nil }
        guard let micros = Int64(text), micros > 0 else {
            throw SocketError(.notify, "WATCHDOG_USEC is \"\(text)\", not a number of microseconds")
        }
        return .microseconds(micros)
    }

    /// A newline would start another variable.
    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}

extension ServiceManager {
    private enum Patience {
        /// Gives up when the manager's queue is full: the next message comes soon.
        case hasty
        /// Waits up to five seconds: losing READY would have the unit killed.
        case patient
    }

    private func send(_ message: String, patience: Patience) throws(SocketError) {
        guard let address = UnixAddress(socketName),
            let socket = OwnedDescriptor(checking: makeUnixSocket(SOCK_DGRAM))
        else { throw .system("cannot make a socket for the service manager") }
        if case .patient = patience { try wait(on: socket.raw) }
        let bytes = Array(message.utf8)
        let flags = CInt(MSG_NOSIGNAL)
        let sent = unsafe address.with { name, length in
            unsafe sendto(socket.raw, bytes, bytes.count, flags, name, length)
        }
        if sent != bytes.count {
            throw SocketError(.notify, "cannot tell the service manager: \(systemText(errno))")
        }
    }

    private func wait(on socket: CInt) throws(SocketError) {
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard fcntl(socket, F_SETFL, 0) == 0,
            unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0
        else { throw .system("cannot set up the service manager's socket") }
    }
}
