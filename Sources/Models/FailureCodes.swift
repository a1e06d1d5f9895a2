/// The status codes of gRPC that a call can end with. ttrpc and HTTP speak the same ones.
package enum Code: Int32, Sendable, Hashable {
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
}

/// Why a call or an attempt failed: the `reason` of `google.rpc.ErrorInfo`.
package enum FailureReason: String, Sendable, Hashable, CaseIterable {
    // Ends of calls.
    case queueFull = "QUEUE_FULL"
    case callerQueueFull = "CALLER_QUEUE_FULL"
    case queueTimeout = "QUEUE_TIMEOUT"
    case callerDeadline = "CALLER_DEADLINE"
    case callerLeft = "CALLER_LEFT"
    case executionTimeout = "EXECUTION_TIMEOUT"
    case noHealthyTarget = "NO_HEALTHY_TARGET"
    case upstreamRateLimited = "UPSTREAM_RATE_LIMITED"
    case chainExhausted = "CHAIN_EXHAUSTED"
    case upstreamQuotaExhausted = "UPSTREAM_QUOTA_EXHAUSTED"
    case upstreamCredentials = "UPSTREAM_CREDENTIALS"
    case callerNotAllowed = "CALLER_NOT_ALLOWED"
    case unknownModel = "UNKNOWN_MODEL"
    case unknownLane = "UNKNOWN_LANE"
    case badRequest = "BAD_REQUEST"
    case contextTooLong = "CONTEXT_TOO_LONG"
    case contentPolicy = "CONTENT_POLICY"
    case outputSchemaInvalid = "OUTPUT_SCHEMA_INVALID"
    case streamInterrupted = "STREAM_INTERRUPTED"
    case slowConsumer = "SLOW_CONSUMER"
    case shuttingDown = "SHUTTING_DOWN"
    case idempotencyConflict = "IDEMPOTENCY_CONFLICT"
    case `internal` = "INTERNAL"
    // Ends of attempts only: the chain may go on after them.
    case upstreamUnreachable = "UPSTREAM_UNREACHABLE"
    case upstreamFirstChunkTimeout = "UPSTREAM_FIRST_CHUNK_TIMEOUT"
    case upstreamError = "UPSTREAM_ERROR"
    case upstreamOverloaded = "UPSTREAM_OVERLOADED"
    case upstreamMalformed = "UPSTREAM_MALFORMED"
    case upstreamInterrupted = "UPSTREAM_INTERRUPTED"
    case upstreamModelNotFound = "UPSTREAM_MODEL_NOT_FOUND"
    case idleTimeout = "IDLE_TIMEOUT"
    case targetIncapable = "TARGET_INCAPABLE"
    case targetCooling = "TARGET_COOLING"
}

/// The one place where a reason becomes a status code. `CHAIN_EXHAUSTED` alone may carry another
/// one, that of its last attempt (`CallFailure.code`).
extension FailureReason {
    package var code: Code {
        switch self {
        case .queueFull, .callerQueueFull, .queueTimeout, .upstreamRateLimited,
            .upstreamQuotaExhausted, .slowConsumer:
            .resourceExhausted
        case .callerDeadline, .executionTimeout: .deadlineExceeded
        case .callerLeft: .cancelled
        case .noHealthyTarget, .chainExhausted, .shuttingDown, .upstreamUnreachable,
            .upstreamFirstChunkTimeout, .upstreamError, .upstreamOverloaded, .upstreamMalformed,
            .targetCooling:
            .unavailable
        case .upstreamCredentials, .contentPolicy, .outputSchemaInvalid: .failedPrecondition
        case .callerNotAllowed: .permissionDenied
        case .unknownModel, .unknownLane, .upstreamModelNotFound: .notFound
        case .badRequest, .contextTooLong, .targetIncapable: .invalidArgument
        case .streamInterrupted, .upstreamInterrupted, .idleTimeout: .aborted
        case .idempotencyConflict: .alreadyExists
        case .internal: .internal
        }
    }
}

extension ProviderFailure.Kind {
    /// What the attempt's entry in the report says.
    package var reason: FailureReason {
        switch self {
        case .unreachable: .upstreamUnreachable
        case .firstChunkTimeout: .upstreamFirstChunkTimeout
        case .serverError: .upstreamError
        case .overloaded: .upstreamOverloaded
        case .rateLimited: .upstreamRateLimited
        case .quotaExhausted: .upstreamQuotaExhausted
        case .credentials: .upstreamCredentials
        case .modelNotFound: .upstreamModelNotFound
        case .contextTooLong: .contextTooLong
        case .contentPolicy: .contentPolicy
        case .badRequest: .badRequest
        case .malformed: .upstreamMalformed
        case .interrupted: .upstreamInterrupted
        case .idleTimeout: .idleTimeout
        case .incapable: .targetIncapable
        }
    }
}

extension Interruption {
    /// What a call says that was ended by this.
    package var reason: FailureReason {
        switch self {
        case .callerLeft, .cancelled: .callerLeft
        case .callerDeadline: .callerDeadline
        case .executionTimeout: .executionTimeout
        case .idleTimeout: .streamInterrupted
        case .slowConsumer: .slowConsumer
        case .shuttingDown: .shuttingDown
        }
    }
}
