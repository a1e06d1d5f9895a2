internal import Messages
internal import Models
internal import RPC

extension LanewayService {
    /// `Stream`: chunk by chunk. Nothing is written before the stream is established, so that an
    /// earlier failure is trailers-only.
    func stream(
        _ request: GenerateRequest, to writer: ResponseWriter<StreamResponse>,
        _ context: CallContext
    ) async throws(RPCFailure) {
        try await run(request, context) { (ask, call) throws(CallFailure) in
            let stream = try await dispatcher.stream(ask, for: call)
            let started = Started(
                target: stream.target.description, lane: stream.laneName,
                queueWaitMs: stream.queueWait.wholeMilliseconds)
            try await write(StreamResponse(event: .started(started)), of: stream, to: writer)
            while let chunk = try await stream.next() {
                try await write(StreamResponse(chunk, of: call), of: stream, to: writer)
            }
        }
    }

    private func write(
        _ event: StreamResponse, of stream: EstablishedStream,
        to writer: ResponseWriter<StreamResponse>
    ) async throws(CallFailure) {
        do throws(RPCFailure) {
            try await writer.write(event)
        } catch {
            // Whatever stopped the writer has interrupted the call, which knows its reason.
            throw stream.abandoned()
        }
    }
}
