import Clocks

/// A model whose answers satisfy the schema they were asked for, or fail. Native or not, each answer
/// is validated; one that breaks its schema is sent back with what is wrong with it, as often as the
/// corrective turns allow. They run in the slot and under the clocks of the attempt.
package final class StructuredModel: Model {
    package let inner: any Model
    private let schemas: SchemaBook
    private let correctiveTurns: Int

    package init(_ inner: any Model, _ schemas: SchemaBook, correctiveTurns: Int) {
        self.inner = inner
        self.schemas = schemas
        self.correctiveTurns = correctiveTurns
    }

    package var target: Target { inner.target }
    package var capabilities: Capabilities { inner.capabilities }
    package var answersAtOnce: Bool { inner.answersAtOnce }

    package func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        if case .text = request.responseFormat {
            return try await inner.generate(request, for: call)
        }
        return try await generateBySchema(request, for: call)
    }

    private func generateBySchema(
        _ request: ModelRequest, for call: Call
    ) async throws -> ModelResponse {
        guard let schema = try? await schemas.schema(of: request) else {
            return try await inner.generate(request, for: call)
        }
        var conversation = request
        var used = Usage()
        for turn in 0... {
            var response = try await inner.generate(conversation, for: call)
            used += response.usage
            let (message, finish) = (response.message, response.finishReason)
            let judged = await offTheLoop { JudgedOutput(message, finish, schema) }
            if judged.problems.isEmpty {
                response.message = judged.message
                if turn > 0 { response.lastTurnUsage = response.usage }
                response.usage = used
                return response
            }
            guard turn < correctiveTurns, response.finishReason != .length else {
                throw judged.failure(of: call, turns: turn, used: response.usage)
            }
            call.attemptCorrected(on: target, judged.summary, usage: response.usage)
            conversation.messages += [response.message, judged.correction]
        }
        preconditionFailure("the turns have no end")
    }

    /// A stream's chunks are given on as they come, so nothing can be corrected: one whose text breaks
    /// its schema fails in place of its end.
    package func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        let stream = try await inner.stream(request, for: call)
        if case .text = request.responseFormat { return stream }
        guard let schema = try? await schemas.schema(of: request) else { return stream }
        return JudgedStream(stream, schema, call)
    }
}

extension Usage {
    static func += (sum: inout Usage, other: Usage) {
        sum.inputTokens += other.inputTokens
        sum.outputTokens += other.outputTokens
        sum.cacheReadTokens += other.cacheReadTokens
        sum.cacheWriteTokens += other.cacheWriteTokens
        sum.reasoningTokens += other.reasoningTokens
        sum.estimated = sum.estimated || other.estimated
    }
}
