/// A message that crosses a wire as protobuf: what the RPC layer needs of every request and answer.
///
/// Bytes are read where they lie and written where they are wanted. A server decodes out of its
/// connection's buffer, and encodes behind the length prefix it has already made room for.
package protocol WireMessage: Sendable, Hashable {
    /// The name in the .proto file, for example `laneway.v1.GenerateRequest`.
    static var fullName: String { get }

    /// Reads a message from its protobuf wire form.
    ///
    /// Fields of unknown number, or of a wire type that is not the field's, are ignored. Of a
    /// singular field that comes twice the last one counts; two singular messages are merged.
    ///
    /// - Throws: `DecodingFailure` when the bytes are not such a message, or a costly one.
    init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure)

    /// Works out the wire form once, and lends it to `body`.
    ///
    /// - Parameter body: Called once. Asks the encoded message for its size, makes room, and has it
    ///   written. The encoded message must not leave it.
    func encode(_ body: (EncodedMessage) -> Void)
}

extension WireMessage {
    /// Reads a message from its protobuf wire form. See `init(decoding:)` for raw buffers.
    package init(decoding bytes: [UInt8]) throws(DecodingFailure) {
        self = try bytes.span.bytes.withUnsafeBytes { buffer throws(DecodingFailure) in
            try Self(decoding: buffer)
        }
    }

    /// The protobuf wire form, in an array of its own.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        encode { message in
            bytes = [UInt8](unsafeUninitializedCapacity: message.count) { buffer, count in
                message.write(to: UnsafeMutableRawBufferPointer(buffer))
                count = message.count
            }
        }
        return bytes
    }
}
