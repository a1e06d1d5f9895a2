import Glibc
import HandFrames
import Messages

/// A client without manners: bytes into a socket, by hand.
enum RawSocket {
    /// Opens so many streams with windows that never close, one request each.
    static func greedyRequests(_ count: Int) -> [UInt8] {
        let body = TextPart(text: "go").encoded()
        // SETTINGS_INITIAL_WINDOW_SIZE: 2^31 - 1.
        let opening =
            Frames.opening + Frames.frame(4, 0, 0, hex("0004 7fffffff"))
            + Frames.windowUpdate(0, 0x7FFF_0000)
        return (0..<count).reduce(into: opening) { bytes, number in
            let id = UInt32(2 * number + 1)
            bytes += Frames.request(id, LiveServer.path)
            bytes += Frames.data(id, [0] + bigEndian(UInt32(body.count)) + body, end: true)
        }
    }

    static func write(_ socket: CInt, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// How many bytes come until the peer closes; nil when it does not within five seconds of the
    /// last.
    static func readToEnd(_ socket: CInt) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        var total = 0
        while SocketScratch.isReadable(socket) {
            let count = unsafe recv(socket, &bytes, bytes.count, 0)
            if count <= 0 { return total }
            total += count
        }
        return nil
    }
}
