internal import CMessages

/// A message of known size, ready to be written. Lent by `WireMessage.encode` and valid only there.
package struct EncodedMessage {
    /// How many bytes it takes.
    package let count: Int

    private let message: UnsafeRawPointer

    init(_ message: UnsafeRawPointer) {
        self.message = message
        count = protobuf_c_message_get_packed_size(Self.base(of: message))
    }

    /// Writes it to the start of `buffer`, which must hold at least `count` bytes.
    package func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(
            buffer.count >= count, "\(count) bytes of message do not fit in \(buffer.count)")
        // An empty message has nothing to write, and an empty buffer may have no address.
        guard count > 0, let start = buffer.baseAddress else { return }
        protobuf_c_message_pack(
            Self.base(of: message), start.assumingMemoryBound(to: UInt8.self))
    }

    /// Every generated struct begins with its base.
    private static func base(of message: UnsafeRawPointer) -> UnsafePointer<ProtobufCMessage> {
        message.assumingMemoryBound(to: ProtobufCMessage.self)
    }
}
