internal import Glibc

/// A Unix socket's name as the kernel takes it: a path, or an abstract name that starts with NUL.
struct UnixAddress {
    private var storage = sockaddr_un()
    private let length: socklen_t

    /// - Returns: nil when the name does not fit.
    init?(_ name: [UInt8]) {
        let room = MemoryLayout.size(ofValue: storage.sun_path)
        let abstract = name.first == 0
        // A path ends with a NUL; an abstract name ends where its length says (unix(7)).
        guard !name.isEmpty, name.count <= (abstract ? room : room - 1) else { return nil }
        storage.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &storage.sun_path) { path in
            unsafe path.copyBytes(from: name)
        }
        let header = MemoryLayout<sockaddr_un>.size - room
        length = socklen_t(header + name.count + (abstract ? 0 : 1))
    }

    init?(path: String) {
        self.init(Array(path.utf8))
    }

    /// Runs a system call that takes an address.
    func with(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int) -> Int {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe call(address, length)
            }
        }
    }

    func bind(_ descriptor: CInt) -> Bool {
        unsafe with { unsafe Int(Glibc.bind(descriptor, $0, $1)) } == 0
    }

    func connect(_ descriptor: CInt) -> Bool {
        unsafe with { unsafe Int(Glibc.connect(descriptor, $0, $1)) } == 0
    }
}

/// A new Unix socket: not inherited by children, never blocking.
func makeUnixSocket(_ type: __socket_type) -> CInt {
    let flags = CInt(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    return Glibc.socket(AF_UNIX, flags, 0)
}
