internal import Glibc

/// Why a socket could not be had. Its description is one sentence for whoever starts the daemon:
/// what was found, the limit, and what to do about it.
package struct SocketError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Empty, relative where it may not be, holding a NUL, or longer than the kernel takes.
        case path
        /// Another process serves the path, or is about to.
        case inUse
        /// Something that is not a socket is at the path. It is left alone.
        case notASocket
        /// The directory could be used by someone else to take the socket's place.
        case directory
        /// The group does not exist, or the socket may not be given to it.
        case group
        /// What the service manager handed over is not what it promised.
        case activation
        /// The service manager could not be told.
        case notify
        /// A system call failed.
        case system
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// A failed system call, in the words of the system.
    static func system(_ doing: String, _ code: CInt = errno) -> SocketError {
        SocketError(.system, "\(doing): \(systemText(code))")
    }
}

/// What the C library calls an error number.
func systemText(_ code: CInt) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
