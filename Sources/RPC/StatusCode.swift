/// A gRPC status code (gRPC, `doc/statuscodes.md`).
package enum StatusCode: Int32, Sendable, Hashable, CaseIterable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16

    /// As the specification writes it: RESOURCE_EXHAUSTED.
    package var name: String {
        String(describing: self).reduce(into: "") { name, letter in
            if letter.isUppercase { name += "_" }
            name += letter.uppercased()
        }
    }
}

/// How a call failed, as the wire tells it.
package struct RPCFailure: Error, Sendable, Hashable {
    package var code: StatusCode
    /// For a developer to read.
    package var message: String
    /// A serialized `google.rpc.Status` whose code and message equal these; empty for none.
    package var details: [UInt8]
    /// The `grpc-retry-pushback-ms` trailer: wait so long before a retry, or -1 for never
    /// (gRPC proposal A6). nil sends none.
    package var retryPushbackMs: Int?

    package init(
        _ code: StatusCode, _ message: String, details: [UInt8] = [], retryPushbackMs: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.retryPushbackMs = retryPushbackMs
    }

    static let cancelled = RPCFailure(.cancelled, "the caller has gone")
}
