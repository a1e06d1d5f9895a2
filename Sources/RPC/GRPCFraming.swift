internal import Messages
internal import NIOCore

enum GRPCFraming {
    /// Appends the message and the five bytes before it (flag 0: not compressed).
    static func write(_ message: EncodedMessage, to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: 5 + message.count)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.count))
        buffer.write(message)
    }
}

extension ByteBuffer {
    /// Appends the wire form of a message.
    mutating func write(_ message: EncodedMessage) {
        unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: message.count) {
            unsafe message.write(to: $0)
            return message.count
        }
    }
}
