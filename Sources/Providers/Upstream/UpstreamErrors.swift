import Models

/// Words the failures of one request to one upstream, in the chain's terms. Everything that a
/// provider said passes through its redactor.
struct UpstreamErrors: Sendable {
    /// The provider's name in the configuration.
    let provider: String
    /// `host:port` or a socket's path.
    let place: String
    let redactor: Redactor
    /// Set when the answer's head has come.
    var httpStatus = 0
    var requestID = ""

    /// An answer that is not what it should be.
    func broken(_ what: String) -> ProviderFailure {
        failure(.malformed, "\(provider) \(what)")
    }

    /// No answer at all: `reason` is the transport's.
    func unreachable(_ reason: String) -> ProviderFailure {
        failure(.unreachable, "cannot reach \(provider) at \(place): \(reason)")
    }

    /// An error inside an answer that said 200.
    func inside200(
        _ error: UpstreamErrorBody, _ kind: ProviderFailure.Kind? = nil
    ) -> ProviderFailure {
        let kind = kind ?? UpstreamErrorKind.of(error, httpStatus: error.status)
        return failure(kind, "\(provider) sent an error in its answer: \(error.message)")
    }

    func failure(_ kind: ProviderFailure.Kind, _ message: String) -> ProviderFailure {
        ProviderFailure(
            kind, redactor.clean(message), httpStatus: httpStatus, upstreamRequestID: requestID)
    }
}
