internal import Glibc
internal import NIOCore

/// A TCP socket that listens on a port of 127.0.0.1 which the kernel has chosen.
struct LoopbackListener {
    /// Closed by who serves it.
    let descriptor: CInt
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let failed = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length) != 0 || listen(descriptor, 128) != 0
                    || getsockname(descriptor, address, &length) != 0
            }
        }
        if failed { throw IOError(errnoCode: errno, reason: "cannot listen on 127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
    }
}
