internal import Wire

/// Reads a call's end out of its headers and trailers, on the client's side.
struct StatusReader {
    private var httpStatus: String?
    private var code: StatusCode?
    private var failure = RPCFailure(.unknown, "")

    /// Takes a header block: the response's headers, its trailers, or both at once.
    mutating func take(_ headers: borrowing HeaderBlock) {
        if let status = headers.text(":status") { httpStatus = status }
        guard let number = headers.text("grpc-status") else { return }
        code = Int32(number).flatMap(StatusCode.init(rawValue:)) ?? .unknown
        if let index = headers.index(of: "grpc-message") {
            failure.message = PercentEncoding.decode(headers.value(at: index))
        }
        if let index = headers.index(of: "grpc-status-details-bin") {
            failure.details = Base64.decode(headers.value(at: index)) ?? []
        }
        failure.retryPushbackMs = headers.text("grpc-retry-pushback-ms").flatMap { Int($0) }
    }

    var result: Result<Void, RPCFailure> {
        switch code {
        case .ok: return .success(())
        case .some(let code):
            var failure = failure
            failure.code = code
            return .failure(failure)
        case nil: return .failure(withoutStatus)
        }
    }

    /// No `grpc-status` came: the HTTP status has to do (gRPC, `http-grpc-status-mapping.md`).
    private var withoutStatus: RPCFailure {
        let text = "the server answered HTTP \(httpStatus ?? "nothing") without a gRPC status"
        switch httpStatus {
        case "400", "431": return RPCFailure(.internal, text)
        case "401": return RPCFailure(.unauthenticated, text)
        case "403": return RPCFailure(.permissionDenied, text)
        case "404": return RPCFailure(.unimplemented, text)
        case "429", "502", "503", "504": return RPCFailure(.unavailable, text)
        default: return RPCFailure(.unknown, text)
        }
    }
}
