package import Messages

/// One method a server answers.
package protocol Method: Sendable {
    /// `/package.Service/Method`.
    var path: String { get }

    /// Exactly one request message is due before the handler starts.
    var takesOneRequest: Bool { get }

    /// The answer is any number of messages rather than one.
    var streamsAnswers: Bool { get }

    /// A call of this method that has just begun.
    func makeCall(_ link: CallLink) -> ServerCall
}

/// A method by the kinds of its two sides (gRPC's four kinds of streaming).
package struct TypedMethod<Request: WireMessage, Response: WireMessage>: Method {
    package enum Handler: Sendable {
        case unary(@Sendable (Request, CallContext) async throws(RPCFailure) -> Response)
        case serverStreaming(
            @Sendable (Request, ResponseWriter<Response>, CallContext) async throws(RPCFailure) ->
                Void)
        case clientStreaming(
            @Sendable (RequestReader<Request>, CallContext) async throws(RPCFailure) -> Response)
        case bidirectional(
            @Sendable (RequestReader<Request>, ResponseWriter<Response>, CallContext)
                async throws(RPCFailure) -> Void)

        /// Exactly one request message is due before the handler starts.
        var takesOneRequest: Bool {
            switch self {
            case .unary, .serverStreaming: true
            case .clientStreaming, .bidirectional: false
            }
        }

        /// The answer is any number of messages rather than one.
        var streamsAnswers: Bool {
            switch self {
            case .unary, .clientStreaming: false
            case .serverStreaming, .bidirectional: true
            }
        }
    }

    package let path: String
    package let streamsAnswers: Bool
    private let handling: MessageHandling

    package init(_ path: String, _ handler: Handler) {
        self.path = path
        streamsAnswers = handler.streamsAnswers
        handling = MessageHandling(handler)
    }

    package var takesOneRequest: Bool { handling.takesOneRequest }

    package func makeCall(_ link: CallLink) -> ServerCall { MessageCall(link, handling) }
}

/// The methods of a server by their paths.
package struct Router: Sendable {
    // A daemon has a dozen methods: comparing lengths, then bytes, beats hashing the path.
    private var methods: [(path: [UInt8], method: any Method)] = []

    package init(_ methods: [any Method]) {
        self.methods = methods.map { (Array($0.path.utf8), $0) }
    }

    func method(at path: ArraySlice<UInt8>) -> (any Method)? {
        for index in methods.indices where methods[index].path[...] == path {
            return methods[index].method
        }
        return nil
    }

    /// What a call of a path that nothing answers gets.
    func unknown(_ path: ArraySlice<UInt8>) -> RPCFailure {
        let text = String(decoding: path.prefix(200), as: UTF8.self)
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
            return RPCFailure(.unimplemented, "\(text) is no method path; it is /service/method")
        }
        let known = methods.contains { $0.path.starts(with: path[...slash]) }
        return RPCFailure(
            .unimplemented,
            known ? "\(text) is no method of its service" : "unknown service in \(text)"
        )
    }
}
