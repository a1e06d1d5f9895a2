/// What went wrong upstream, in the terms the chain decides by.
package struct ProviderFailure: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// DNS, connect, TLS, or a connection lost before anything of the answer was read.
        case unreachable
        /// No first chunk, or no answer, within the first-chunk clock.
        case firstChunkTimeout
        /// 408 and the other 5xx.
        case serverError
        /// 503 and 529.
        case overloaded
        /// 429 that a wait can mend.
        case rateLimited
        /// The provider's spend or quota is gone: a wait does not mend it.
        case quotaExhausted
        /// 401 and 403: the provider refuses our key.
        case credentials
        /// 404: the provider has no such model.
        case modelNotFound
        case contextTooLong
        case contentPolicy
        /// Another 400 or 422.
        case badRequest
        /// A 200 that is not what it should be: HTML, broken JSON, empty, an error inside it.
        case malformed
        /// Broken after it was established.
        case interrupted
        /// The idle clock between two chunks ran out.
        case idleTimeout
        /// The request needs something this target cannot do.
        case incapable
    }

    package var kind: Kind
    /// For a person: what happened, with secrets taken out, at most 512 bytes.
    package var message: String
    /// 0 when no status arrived.
    package var httpStatus: Int
    package var upstreamRequestID: String
    package var retryAfter: Duration?
    /// What was used before it broke, where known.
    package var partialUsage: Usage?
    /// This host was out of descriptors or memory: upstream has not heard of the call.
    package var isOfHost = false

    package init(
        _ kind: Kind, _ message: String, httpStatus: Int = 0, upstreamRequestID: String = "",
        retryAfter: Duration? = nil, partialUsage: Usage? = nil
    ) {
        self.kind = kind
        self.message = message
        self.httpStatus = httpStatus
        self.upstreamRequestID = upstreamRequestID
        self.retryAfter = retryAfter
        self.partialUsage = partialUsage
    }
}
