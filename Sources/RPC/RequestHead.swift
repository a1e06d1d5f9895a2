internal import Wire

/// What the fields of a request say, checked in the order of gRPC over HTTP/2, "Requests".
struct RequestHead {
    var path: ArraySlice<UInt8>
    var timeout: Duration?
    var metadata: Metadata
    var encoding: MessageEncoding

    /// What a request that is no gRPC call gets.
    enum Refusal: Error {
        /// A plain HTTP answer with this status and text.
        case http(Int, String)
        /// A gRPC failure, trailers-only.
        case failure(RPCFailure)
    }

    init(_ headers: borrowing HeaderBlock, limits: HTTP2Settings) throws(Refusal) {
        try Self.checkSize(headers, limits)
        try Self.checkIsGRPC(headers)
        guard let path = headers.last(.path) else { throw .http(400, "the request has no :path") }
        self.path = path
        timeout = try Self.timeout(headers.last(.grpcTimeout))
        metadata = Metadata(from: headers)
        encoding = MessageEncoding()
        // Without an encoding of its own a client gets no packed answers.
        if let own = headers.last(.grpcEncoding) {
            encoding = MessageEncoding(encoding: own, accepted: headers.last(.grpcAcceptEncoding))
        }
        if let name = metadata.firstBrokenBinaryName() {
            throw .failure(RPCFailure(.invalidArgument, "metadata \(name) is no base64"))
        }
    }

    private static func checkSize(
        _ headers: borrowing HeaderBlock, _ limits: HTTP2Settings
    ) throws(Refusal) {
        let size = headers.listSize
        guard size <= limits.headerListBytesMax else {
            throw .http(
                431, "headers are \(size) bytes; this daemon takes \(limits.headerListBytesMax)")
        }
        guard headers.count <= limits.headerFieldsMax else {
            throw .http(
                431,
                "the request has over \(limits.headerFieldsMax) headers, all this daemon takes")
        }
    }

    private static func checkIsGRPC(_ headers: borrowing HeaderBlock) throws(Refusal) {
        guard let method = headers.last(.method), method.equals("POST") else {
            throw .http(405, "gRPC calls are POST requests")
        }
        guard let type = headers.last(.contentType), isGRPC(type) else {
            throw .http(415, "gRPC calls have the content type application/grpc")
        }
    }

    /// `application/grpc`, alone or with parameters, or `+proto`: the one encoding spoken here.
    private static func isGRPC(_ type: ArraySlice<UInt8>) -> Bool {
        guard type.starts(with: "application/grpc") else { return false }
        let rest = type.dropFirst("application/grpc".utf8.count)
        if rest.isEmpty || rest.first == UInt8(ascii: ";") { return true }
        guard rest.starts(with: "+proto") else { return false }
        let after = rest.dropFirst("+proto".utf8.count)
        return after.isEmpty || after.first == UInt8(ascii: ";")
    }

    private static func timeout(_ text: ArraySlice<UInt8>?) throws(Refusal) -> Duration? {
        guard let text else { return nil }
        guard let timeout = GRPCTimeout.parse(text) else {
            throw .http(
                400, "grpc-timeout must be 1 to 8 digits and one of H M S m u n")
        }
        return timeout
    }
}
