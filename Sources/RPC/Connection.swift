package import NIOCore
package import Wire

/// What moves a connection's bytes: the socket's handler, or a test.
package protocol ConnectionSink: AnyObject {
    /// There is something for `Connection.fill`: call it before the loop goes to sleep.
    func flushSoon()
}

/// One end of a connection without its socket: bytes in by `receive`, out by `fill`.
///
/// Confined to one event loop.
package protocol Connection: AnyObject {
    var sink: (any ConnectionSink)? { get set }

    /// Takes bytes the peer sent. The caller fills afterwards.
    ///
    /// - Throws: when the connection cannot go on: fill once more, then close it.
    func receive(_ bytes: RawSpan) throws(ConnectionFailure)

    /// Appends what is to be sent, and stops soon after `limit` bytes.
    func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure)

    /// Its peer behaves as one that attacks: what it sends is to be taken slowly.
    var isSuspect: Bool { get }

    /// True when nothing more will be read or written: close the socket.
    var isFinished: Bool { get }

    /// The socket is gone: every call on it ends.
    func lost()
}

extension Connection {
    package var isSuspect: Bool { false }
}
