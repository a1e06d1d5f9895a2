internal import Glibc

/// A file descriptor with exactly one owner, closed when the owner is gone.
struct OwnedDescriptor: ~Copyable, Sendable {
    let raw: CInt

    init(_ raw: CInt) {
        self.raw = raw
    }

    /// Nil with `errno` set when the system call that made it failed.
    init?(checking raw: CInt) {
        if raw < 0 { return nil }
        self.raw = raw
    }

    deinit {
        _ = Glibc.close(raw)
    }

    /// Gives the descriptor to someone else, who closes it.
    consuming func release() -> CInt {
        let raw = raw
        discard self
        return raw
    }
}
