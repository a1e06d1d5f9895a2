/// The path of a Unix socket, known to fit into what the kernel takes.
package struct UnixSocketPath: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of path in a `sockaddr_un`, less the NUL at its end (unix(7)).
    package static let bytesMax = 107

    package let description: String

    /// - Throws: `SocketError` of kind `path`, with the measured length and the limit.
    package init(_ path: String) throws(SocketError) {
        let bytes = path.utf8.count
        guard path.hasPrefix("/"), path.utf8.last != UInt8(ascii: "/") else {
            throw SocketError(
                .path,
                "socket path \"\(path)\" must be absolute and name a file, "
                    + "such as /run/laneway/laneway.sock")
        }
        if path.utf8.contains(0) {
            throw SocketError(.path, "socket path holds a NUL byte, which no path can")
        }
        if bytes > Self.bytesMax {
            throw SocketError(
                .path,
                "socket path is \(bytes) bytes; the system takes \(Self.bytesMax) "
                    + "(\(path)); choose a shorter one")
        }
        description = path
    }

    /// The directory the socket is in.
    var directory: String {
        parentDirectory(of: description)
    }

    /// The file whose lock says who owns the path. It stays when the socket goes: removing it
    /// would let two processes lock two files of one name.
    var lockFile: String {
        description + ".lock"
    }

    /// Where the socket is made ready before it is renamed over the path.
    var draft: String {
        description + ".new"
    }

    /// The path a daemon serves and a client looks for when nobody names one: `LANEWAY_SOCKET`,
    /// else `/run/laneway/` for root, else the user's runtime directory, else `/tmp/laneway-UID/`.
    package static func usual(environment: [String: String], uid: UInt32) -> String {
        if let named = environment["LANEWAY_SOCKET"], !named.isEmpty { return named }
        if uid == 0 { return "/run/laneway/laneway.sock" }
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            return runtime + (runtime.hasSuffix("/") ? "" : "/") + "laneway/laneway.sock"
        }
        return "/tmp/laneway-\(uid)/laneway.sock"
    }
}

/// All before the last slash; the root for what is in it.
func parentDirectory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
}
