import Messages
import RPC

/// The methods that gRPC's interoperability tests call (gRPC, `doc/interop-test-descriptions.md`,
/// "Server"). `UnimplementedCall` is left out, as the tests want it to be.
enum TestService {
    static let methods: [any Method] = [
        TypedMethod<InteropEmpty, InteropEmpty>(
            path("EmptyCall"),
            .unary { (_, _) async throws(RPCFailure) in InteropEmpty() }),
        TypedMethod<InteropSimpleRequest, InteropSimpleResponse>(
            path("UnaryCall"),
            .unary { (request, context) async throws(RPCFailure) in
                context.echoMetadata()
                try request.responseStatus.throwIfAny()
                return InteropSimpleResponse(payload: try .zeros(request.responseSize))
            }),
        TypedMethod<InteropOutputRequest, InteropOutputResponse>(
            path("StreamingOutputCall"),
            .serverStreaming { (request, writer, context) async throws(RPCFailure) in
                context.echoMetadata()
                try await request.answer(to: writer)
            }),
        TypedMethod<InteropInputRequest, InteropInputResponse>(
            path("StreamingInputCall"),
            .clientStreaming { (reader, context) async throws(RPCFailure) in
                context.echoMetadata()
                return InteropInputResponse(aggregatedPayloadSize: try await reader.payloadBytes())
            }),
        TypedMethod<InteropOutputRequest, InteropOutputResponse>(
            path("FullDuplexCall"),
            .bidirectional { (reader, writer, context) async throws(RPCFailure) in
                context.echoMetadata()
                while let request = try await reader.next() {
                    try await request.answer(to: writer)
                }
            }),
    ]

    private static func path(_ method: String) -> String { "/grpc.testing.TestService/\(method)" }
}

extension InteropOutputRequest {
    /// Writes the answers it asks for, or throws the status.
    func answer(to writer: ResponseWriter<InteropOutputResponse>) async throws(RPCFailure) {
        try responseStatus.throwIfAny()
        for parameters in responseParameters {
            if parameters.intervalUs > 0 {
                // A sleep that is cut short ends with the write: the call is over by then.
                try? await Task.sleep(for: .microseconds(parameters.intervalUs))
            }
            try await writer.write(InteropOutputResponse(payload: try .zeros(parameters.size)))
        }
    }
}

extension InteropStatus? {
    fileprivate func throwIfAny() throws(RPCFailure) {
        guard let status = self, status.code != 0 else { return }
        throw RPCFailure(StatusCode(rawValue: status.code) ?? .unknown, status.message)
    }
}

extension InteropPayload {
    fileprivate static func zeros(_ bytes: Int32) throws(RPCFailure) -> InteropPayload {
        guard bytes >= 0 else {
            throw RPCFailure(.invalidArgument, "a payload of \(bytes) bytes; 0 is the least")
        }
        return InteropPayload(body: [UInt8](repeating: 0, count: Int(bytes)))
    }
}

extension RequestReader<InteropInputRequest> {
    fileprivate func payloadBytes() async throws(RPCFailure) -> Int32 {
        var bytes: Int32 = 0
        while let request = try await next() { bytes += Int32(request.payload?.body.count ?? 0) }
        return bytes
    }
}

extension CallContext {
    /// Sends back the two values that the tests look for, where they were sent.
    fileprivate func echoMetadata() {
        if let text = metadata["x-grpc-test-echo-initial"] {
            var headers = Metadata()
            headers.append("x-grpc-test-echo-initial", text)
            sendHeaders(headers)
        }
        if let bytes = metadata.bytes("x-grpc-test-echo-trailing-bin") {
            var trailers = Metadata()
            trailers.append("x-grpc-test-echo-trailing-bin", bytes: bytes)
            setTrailers(trailers)
        }
    }
}
