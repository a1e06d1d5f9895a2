internal import Messages
internal import Models
internal import RPC

/// `grpc.health.v1.Health`: tells probes and load balancers whether calls are taken. All services
/// stand as the daemon does.
struct HealthService: Sendable {
    let book: HealthBook
    /// The full names of the services that are known, and empty for the daemon as a whole.
    let names: Set<String>
    let callIDs: CallIDs

    init(book: HealthBook, services: [String], callIDs: CallIDs) {
        self.book = book
        self.callIDs = callIDs
        names = Set(services + [""])
    }

    var methods: [any Method] {
        [
            TypedMethod<HealthCheckRequest, HealthCheckResponse>(
                "/grpc.health.v1.Health/Check",
                .unary { request, _ throws(RPCFailure) in try check(request) }),
            TypedMethod<HealthListRequest, HealthListResponse>(
                "/grpc.health.v1.Health/List",
                .unary { _, _ throws(RPCFailure) in list() }),
            TypedMethod<HealthCheckRequest, HealthCheckResponse>(
                "/grpc.health.v1.Health/Watch",
                .serverStreaming { request, writer, context throws(RPCFailure) in
                    try await watch(request, to: writer, context)
                }),
        ]
    }

    /// What is said of a service in a phase of the daemon.
    func status(of service: String, in phase: HealthBook.Phase) -> HealthCheckResponse {
        guard names.contains(service) else { return HealthCheckResponse(status: .serviceUnknown) }
        return HealthCheckResponse(status: phase == .serving ? .serving : .notServing)
    }

    private func check(_ request: HealthCheckRequest) throws(RPCFailure) -> HealthCheckResponse {
        guard names.contains(request.service) else {
            let known = names.sorted().filter { !$0.isEmpty }.joined(separator: ", ")
            throw RPCFailure(
                .notFound,
                """
                there is no service \(quoted(request.service.prefix(utf8Bytes: 100))); leave it \
                empty to ask about the daemon, or name one of \(known)
                """)
        }
        return status(of: request.service, in: book.phase)
    }

    private func list() -> HealthListResponse {
        let phase = book.phase
        let statuses = names.map { ($0, status(of: $0, in: phase)) }
        return HealthListResponse(statuses: Dictionary(uniqueKeysWithValues: statuses))
    }
}
