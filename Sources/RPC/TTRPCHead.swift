internal import Messages
internal import Wire

/// What a request of ttrpc says, checked.
struct TTRPCHead {
    /// `/package.Service/Method`, as the router knows it.
    let path: [UInt8]
    let payload: [UInt8]
    /// nil for none; zero for one that is over already.
    let timeout: Duration?
    let metadata: Metadata

    init(_ body: RawSpan, _ settings: ServerSettings) throws(RPCFailure) {
        let request: TTRPCRequest
        do {
            request = try unsafe body.withUnsafeBytes { try unsafe TTRPCRequest(decoding: $0) }
        } catch {
            throw RPCFailure(.invalidArgument, "the request is no request of ttrpc: \(error)")
        }
        path = Array("/\(request.service)/\(request.method)".utf8)
        payload = request.payload
        timeout =
            request.timeoutNano == 0 ? nil : .nanoseconds(max(0, Int64(request.timeoutNano)))
        metadata = try Self.metadata(request.metadata, settings)
        if payload.count > settings.messageBytesMax {
            throw RPCFailure(.tooLarge(bytes: payload.count, limit: settings.messageBytesMax))
        }
    }

    private static func metadata(
        _ pairs: [TTRPCKeyValue], _ settings: ServerSettings
    ) throws(RPCFailure) -> Metadata {
        let (countMax, bytesMax) = (settings.http2.headerFieldsMax, settings.metadataBytesMax)
        // As HTTP/2 counts them, so that one limit means one thing.
        let bytes = pairs.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 32 }
        if bytes > bytesMax {
            throw RPCFailure(
                .resourceExhausted,
                "metadata is \(bytes) bytes; this daemon takes \(bytesMax) "
                    + "(limits.metadata_bytes_max)")
        }
        if pairs.count > countMax {
            throw RPCFailure(
                .resourceExhausted,
                "there are \(pairs.count) pairs of metadata; this daemon takes \(countMax)")
        }
        var metadata = Metadata()
        for pair in pairs { metadata.append(pair.key.lowercased(), pair.value) }
        return metadata
    }
}
