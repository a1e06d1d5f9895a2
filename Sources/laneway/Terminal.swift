internal import Glibc

/// Standard input, output and error. Output is written at once: tokens are to be seen as they come.
enum Terminal {
    /// Occupies the standard descriptors that are closed, so that no socket gets the number of one
    /// and is then written to as if it were the terminal. Using such a placeholder fails.
    static func occupyStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is taken, which is this one.
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Ends the process where standard output takes no more: there is nobody to go on for.
    static func write(_ text: String) {
        let failure = writeAll(text, to: STDOUT_FILENO)
        if failure == 0 { return }
        // The reader has seen enough (`| head`): as quiet as a death by SIGPIPE.
        if failure == EPIPE { exit(128 + SIGPIPE) }
        complain("standard output cannot be written to: \(describe(failure))")
        exit(ioFailed)
    }

    static func print(_ line: String) { write(line + "\n") }

    static func complain(_ line: String) {
        _ = writeAll(line + "\n", to: STDERR_FILENO)
    }

    /// Somebody reads standard error as it comes.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// All of standard input. Ends the process where it cannot be read.
    static func readAll() -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe read(STDIN_FILENO, &piece, piece.count)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            if count > 0 {
                bytes += piece[..<count]
            } else if errno != EINTR {
                complain("standard input cannot be read: \(describe(errno))")
                exit(ioFailed)
            }
        }
    }

    /// EX_IOERR of `sysexits.h`.
    private static let ioFailed: CInt = 74

    /// - Returns: 0, or the error number.
    private static func writeAll(_ text: String, to descriptor: CInt) -> CInt {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest.removeFirst(count)
            } else if errno == EAGAIN {
                waitForRoom(descriptor)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// Whoever shares the terminal may have made it non-blocking.
    private static func waitForRoom(_ descriptor: CInt) {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&room, 1, -1)
    }

    private static func describe(_ code: CInt) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
