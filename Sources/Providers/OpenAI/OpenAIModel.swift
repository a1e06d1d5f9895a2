import AsyncHTTPClient
import Models
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One model of an OpenAI-compatible server.
struct OpenAIModel: Model {
    let target: Target
    let upstream: OpenAIUpstream
    var capabilities: Capabilities { Capabilities() }

    func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        let head = try await upstream.send(request, to: target, streams: false)
        try await head.expect(
            mediaType: "application/json", bytesMax: upstream.limits.errorBytesMax)
        let body = try await head.collect(bytesMax: upstream.limits.answerBytesMax)
        var response = try OpenAICompletion(
            body, errors: head.errors, promptBytes: request.promptBytes
        ).response
        response.backOff = head.backOff
        return response
    }

    func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        let head = try await upstream.send(request, to: target, streams: true)
        try await head.expect(
            mediaType: "text/event-stream", bytesMax: upstream.limits.errorBytesMax)
        let reader = OpenAIStreamReader(
            errors: head.errors, limits: upstream.limits, promptBytes: request.promptBytes)
        let stream = OpenAIChunkStream(
            head.body.makeAsyncIterator(), reader: reader, errors: head.errors,
            backOff: head.backOff, time: upstream.time)
        try await stream.establish()
        return stream
    }
}

/// A whole chat completion.
struct OpenAICompletion {
    let response: ModelResponse

    /// - Throws: `ProviderFailure` when the body is not a completion or holds an error.
    init(
        _ body: ByteBuffer, errors: UpstreamErrors, promptBytes: Int
    ) throws(ProviderFailure) {
        if body.readableBytes == 0 {
            throw errors.broken("answered \(errors.httpStatus) with an empty body")
        }
        guard
            let answer = try? JSONDecoder().decode(
                OpenAIAnswer.self, from: Data(body.readableBytesView))
        else {
            throw errors.broken(
                "answered with \(body.readableBytes.shown) bytes that are not a chat completion")
        }
        if let error = answer.error { throw errors.inside200(error) }
        guard let choice = answer.choices?.first, let message = choice.message else {
            throw errors.broken("answered with a chat completion without a choice")
        }
        let answerID = answer.id ?? ""
        response = ModelResponse(
            message: ModelMessage(
                role: .assistant, parts: Self.parts(of: message, answerID: answerID)),
            finishReason: choice.finishReason.map { FinishReason(openAI: $0) } ?? .unknown,
            usage: answer.usage.map { Usage($0) }
                ?? Self.estimate(message, promptBytes: promptBytes),
            upstreamRequestID: errors.requestID.isEmpty
                ? Redactor.token(answerID) : errors.requestID)
    }

    private static func parts(of message: OpenAIMessage, answerID: String) -> [ModelPart] {
        var parts: [ModelPart] = []
        if !message.reasoning.isEmpty {
            parts.append(.reasoning(text: message.reasoning, signature: []))
        }
        if !message.content.isEmpty { parts.append(.text(message.content)) }
        for (index, call) in message.toolCalls.enumerated() {
            parts.append(
                .toolCall(
                    id: OpenAIToolSlots.id(call, index: index, answerID: answerID),
                    name: call.name, argumentsJSON: call.arguments))
        }
        return parts
    }

    private static func estimate(_ message: OpenAIMessage, promptBytes: Int) -> Usage {
        let arguments = message.toolCalls.reduce(0) { $0 + $1.arguments.utf8.count }
        var usage = Usage()
        usage.inputTokens = TokenEstimate.tokens(bytes: promptBytes)
        usage.outputTokens = TokenEstimate.tokens(
            bytes: message.content.utf8.count + message.reasoning.utf8.count + arguments)
        usage.estimated = true
        return usage
    }
}
