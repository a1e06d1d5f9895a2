internal import Glibc
internal import NIOCore
internal import RPC

/// `struct ucred` (unix(7)), which the headers show to GNU sources only.
private struct RawCredentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}

extension Channel {
    /// Who the kernel says connected (SO_PEERCRED). To be asked on the channel's own loop.
    func peer() throws -> Peer {
        guard let options = self as? any SocketOptionProvider else {
            throw ChannelError.operationUnsupported
        }
        // NIO hides the descriptor; it answers this at once, as the caller is on the loop.
        let asked: EventLoopFuture<RawCredentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        var found: RawCredentials?
        asked.assumeIsolated().whenSuccess { found = $0 }
        guard let found else { throw ChannelError.operationUnsupported }
        return Peer(uid: found.uid, gid: found.gid, pid: found.pid)
    }
}
