internal import NIOCore
internal import Packing
internal import Wire

/// How the messages of a call may be packed (gRPC, `compression.md`).
struct MessageEncoding: Sendable {
    /// What `grpc-encoding` says of the requests that are flagged as packed.
    enum Name: Sendable, Hashable {
        case identity, gzip
        case unknown(String)
    }

    var requests = Name.identity
    /// The client takes answers packed with gzip.
    var acceptsGzip = false

    static let acceptedText: StaticString = "identity,gzip"

    /// What is answered packed: the client packs itself, and says that it takes it back. Packing costs
    /// more than it saves on one host, so nobody gets it who does not ask.
    var packsAnswers: Bool { requests == .gzip && acceptsGzip }

    init(encoding: ArraySlice<UInt8>?, accepted: ArraySlice<UInt8>?) {
        if let encoding, !encoding.equals("identity") {
            requests =
                encoding.equals("gzip")
                ? .gzip : .unknown(String(decoding: encoding.prefix(64), as: UTF8.self))
        }
        acceptsGzip =
            accepted?.split(separator: UInt8(ascii: ","))
            .contains { $0.trimmingSpaces().equals("gzip") } ?? false
    }

    init() {}

    /// A message that is flagged as packed, unpacked.
    ///
    /// - Throws: what the call ends with.
    func unpack(_ bytes: RawSpan, bytesMax: Int) throws(RPCFailure) -> ByteBuffer {
        switch requests {
        case .gzip: return try unpackGzip(bytes, bytesMax: bytesMax)
        case .identity:
            throw RPCFailure(
                .internal, "a message is flagged as compressed, but no grpc-encoding was sent")
        case .unknown(let name):
            throw RPCFailure(
                .unimplemented,
                "grpc-encoding is \(name); this daemon takes \(Self.acceptedText)")
        }
    }

    private func unpackGzip(_ bytes: RawSpan, bytesMax: Int) throws(RPCFailure) -> ByteBuffer {
        var packed = unsafe bytes.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
        let inflater = Inflater(.gzip)
        var message = ByteBuffer()
        do throws(InflationFailure) {
            while var block = try inflater.next(from: &packed) {
                message.writeBuffer(&block)
                // A small message may stand for a huge one: it is not unpacked to its end.
                if message.readableBytes > bytesMax { break }
            }
            if message.readableBytes <= bytesMax { try inflater.ended() }
        } catch {
            throw RPCFailure(.internal, "a compressed message cannot be unpacked: \(error)")
        }
        if message.readableBytes <= bytesMax { return message }
        throw RPCFailure(
            .resourceExhausted,
            "a compressed message of \(bytes.byteCount) bytes is over \(bytesMax) when unpacked, "
                + "all this daemon takes (limits.message_bytes_max)")
    }
}
