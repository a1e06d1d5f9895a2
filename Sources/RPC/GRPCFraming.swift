internal import Messages
internal import NIOCore
internal import Packing

enum GRPCFraming {
    /// Appends the message and the five bytes before it (flag 0: not compressed).
    static func write(_ message: EncodedMessage, to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: 5 + message.count)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.count))
        buffer.write(message)
    }

    /// Below this packing costs more bytes than it saves.
    private static let packedBytesMin = 256

    /// The same with flag 1 and the message packed, where that makes it smaller.
    static func writePacked(_ message: EncodedMessage, to buffer: inout ByteBuffer) {
        if message.count < packedBytesMin { return write(message, to: &buffer) }
        var plain = ByteBuffer()
        plain.write(message)
        var packed = ByteBuffer()
        guard Gzip.pack(plain.readableBytesSpan, into: &packed),
            packed.readableBytes < message.count
        else { return write(message, to: &buffer) }
        buffer.writeInteger(UInt8(1))
        buffer.writeInteger(UInt32(packed.readableBytes))
        buffer.writeBuffer(&packed)
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
