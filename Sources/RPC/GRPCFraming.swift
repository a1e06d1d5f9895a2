internal import Messages
internal import NIOCore

enum GRPCFraming {
    /// Appends the message and the five bytes before it (flag 0: not compressed).
    static func write(_ message: some WireMessage, to buffer: inout ByteBuffer) {
        message.encode { encoded in
            buffer.reserveCapacity(minimumWritableBytes: 5 + encoded.count)
            buffer.writeInteger(UInt8(0))
            buffer.writeInteger(UInt32(encoded.count))
            unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: encoded.count) {
                unsafe encoded.write(to: $0)
                return encoded.count
            }
        }
    }
}
