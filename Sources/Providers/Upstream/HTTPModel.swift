import Models
import NIOCore

/// One model of a server behind HTTP.
struct HTTPModel<D: Dialect>: Model {
    let target: Target
    let upstream: Upstream<D>
    var capabilities: Capabilities { Capabilities() }

    func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        let head = try await upstream.send(
            request, to: target, streams: false, traceparent: call.traceparent)
        try await head.expect(
            mediaType: "application/json", bytesMax: upstream.limits.errorBytesMax,
            upstream.dialect)
        let body = try await head.collect(bytesMax: upstream.limits.answerBytesMax)
        if body.readableBytes == 0 {
            throw head.errors.broken("answered \(head.errors.httpStatus) with an empty body")
        }
        let answer = try upstream.dialect.answer(body, head.errors)
        var response = ModelResponse(
            message: ModelMessage(role: .assistant, parts: answer.parts),
            finishReason: answer.finishReason,
            usage: answer.usage
                ?? Usage(estimating: answer.parts, promptBytes: request.promptBytes),
            upstreamRequestID: head.errors.requestID.isEmpty
                ? head.errors.redactor.requestID(answer.id) : head.errors.requestID)
        response.backOff = head.backOff
        return response
    }

    func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        let head = try await upstream.send(
            request, to: target, streams: true, traceparent: call.traceparent)
        let framing = upstream.dialect.framing
        try await head.expect(
            mediaType: framing.mediaType, bytesMax: upstream.limits.errorBytesMax, upstream.dialect)
        let reader = StreamReader(
            upstream.dialect.events(head.errors), framing, errors: head.errors,
            limits: upstream.limits, promptBytes: request.promptBytes)
        let stream = UpstreamStream(
            head.openBody(), reader: reader, errors: head.errors,
            backOff: head.backOff, time: upstream.time)
        try await stream.establish()
        return stream
    }
}

extension Usage {
    /// For servers that count nothing.
    fileprivate init(estimating parts: [ModelPart], promptBytes: Int) {
        self.init()
        let bytes = parts.reduce(0) { bytes, part in
            switch part {
            case .text(let text), .reasoning(let text, _): bytes + text.utf8.count
            case .toolCall(_, _, let arguments): bytes + arguments.utf8.count
            case .image, .toolResult: bytes
            }
        }
        inputTokens = TokenEstimate.tokens(bytes: promptBytes)
        outputTokens = TokenEstimate.tokens(bytes: bytes)
        estimated = true
    }
}
