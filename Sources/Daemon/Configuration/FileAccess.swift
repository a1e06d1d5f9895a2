internal import Glibc

/// A file that was read: the configuration, or one that holds a secret.
package struct FileContents: Sendable {
    package var bytes: [UInt8]
    /// Permission bits.
    package var mode: UInt32

    package init(bytes: [UInt8], mode: UInt32) {
        self.bytes = bytes
        self.mode = mode
    }
}

/// Why a file could not be read, as a clause: `no such file`.
package struct FileTrouble: Error, Sendable, Hashable {
    package var reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// Reads files for the configuration. A value, so that tests can hand in files that are none.
package struct FileAccess: Sendable {
    package typealias Read =
        @Sendable (_ path: String, _ bytesMax: Int) -> Result<FileContents, FileTrouble>

    package let read: Read

    package init(read: @escaping Read) {
        self.read = read
    }

    /// The real files. Only regular ones are read, and never more of one than was asked for:
    /// a device or a pipe would not end.
    package static let disk = FileAccess { path, bytesMax in
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(trouble(opening: path, errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return .failure(trouble(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .failure(FileTrouble("is not a regular file"))
        }
        return readAll(descriptor, bytesMax: bytesMax).map {
            FileContents(bytes: $0, mode: status.st_mode & 0o7777)
        }
    }

    private static func readAll(
        _ descriptor: CInt, bytesMax: Int
    ) -> Result<[UInt8], FileTrouble> {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return .failure(trouble(errno)) }
            if count == 0 { return .success(bytes) }
            bytes += piece[..<count]
            if bytes.count > bytesMax {
                let limit = ByteCount.spell(bytesMax)
                return .failure(FileTrouble("is larger than \(limit), the most that is read"))
            }
        }
    }

    private static func trouble(_ code: CInt) -> FileTrouble {
        guard let text = unsafe strerror(code) else { return FileTrouble("error \(code)") }
        return FileTrouble("cannot be read: \(unsafe String(cString: text))")
    }

    /// A refusal is clearer with whose file it is and who asks.
    private static func trouble(opening path: String, _ code: CInt) -> FileTrouble {
        if code == ENOENT { return FileTrouble("does not exist") }
        var status = stat()
        guard code == EACCES, unsafe stat(path, &status) == 0 else { return trouble(code) }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        return FileTrouble(
            "cannot be read: it is of uid \(status.st_uid) with mode 0\(mode), "
                + "and this process is uid \(geteuid())")
    }
}
