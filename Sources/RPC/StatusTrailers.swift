internal import Messages
internal import Wire

/// Writes a call's end as trailers, small enough for the peer to take.
enum StatusTrailers {
    static let ok = HeaderTable(["grpc-status": "0"])

    static func ok(after metadata: Metadata) -> HeaderBlock {
        var block = HeaderBlock()
        metadata.write(to: &block)
        block.append(name: "grpc-status", value: "0")
        return block
    }

    /// Clients cap header lists, most at 8 KiB (gRPC over HTTP/2, "Status"); a long message is
    /// cut, then details that still do not fit are dropped.
    static let listBytesMax = 8 * 1_024
    private static let messageBytesMax = 2 * 1_024

    /// - Parameter head: fields that come first: those of a trailers-only answer, or none.
    static func write(
        _ failure: RPCFailure, after head: HeaderBlock = HeaderBlock(), peerListBytesMax: Int
    ) -> HeaderBlock {
        let limit = min(listBytesMax, peerListBytesMax)
        var block = head
        block.append(name: "grpc-status", value: String(failure.code.rawValue))
        if let pushback = failure.retryPushbackMs {
            block.append(name: "grpc-retry-pushback-ms", value: String(pushback))
        }
        let room = limit - block.listSize - "grpc-message".utf8.count - 32
        let message = PercentEncoding.encode(
            failure.message, bytesMax: min(messageBytesMax, max(0, room)))
        if !message.isEmpty { block.append(name: "grpc-message", value: message) }
        appendDetails(details(of: failure, sent: message), to: &block, limit: limit)
        return block
    }

    /// The details say what the trailers say, or clients call the two a contradiction: a message
    /// that was cut is cut in both.
    private static func details(of failure: RPCFailure, sent encoded: [UInt8]) -> [UInt8] {
        if failure.details.isEmpty { return [] }
        let message = PercentEncoding.decode(encoded)
        guard message != failure.message,
            var status = try? RPCStatusMessage(decoding: failure.details)
        else { return failure.details }
        status.message = message
        return status.encoded()
    }

    private static func appendDetails(
        _ details: [UInt8], to block: inout HeaderBlock, limit: Int
    ) {
        if details.isEmpty { return }
        let encoded = Base64.encode(details)
        let name: StaticString = "grpc-status-details-bin"
        guard block.listSize + name.utf8CodeUnitCount + encoded.count + 32 <= limit else { return }
        block.append(name: name, value: encoded)
    }
}
