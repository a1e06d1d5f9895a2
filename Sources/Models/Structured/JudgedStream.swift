import Synchronization

/// A stream whose text has to satisfy a schema. What it said is kept until its end, within a bound.
final class JudgedStream: ChunkStream {
    private struct Said {
        var text = ""
        var callsTools = false
    }

    private let inner: any ChunkStream
    private let schema: any OutputSchema
    private let call: Call
    private let said = Mutex(Said())

    /// Over it the text is not judged: so long an answer is nobody's JSON.
    private static let bytesMax = 8 << 20

    init(_ inner: any ChunkStream, _ schema: any OutputSchema, _ call: Call) {
        self.inner = inner
        self.schema = schema
        self.call = call
    }

    var upstreamRequestID: String { inner.upstreamRequestID }
    var backOff: Duration? { inner.backOff }

    func next() async throws -> Chunk? {
        let chunk = try await inner.next()
        switch chunk {
        case .text(let text):
            said.withLock { if $0.text.utf8.count <= Self.bytesMax { $0.text += text } }
        case .toolCall: said.withLock { $0.callsTools = true }
        case .finish(let reason, let usage): try await judge(reason, usage)
        case .reasoning, nil: break
        }
        return chunk
    }

    private func judge(_ reason: FinishReason, _ usage: Usage) async throws {
        let said = said.withLock { $0 }
        if said.callsTools || said.text.utf8.count > Self.bytesMax { return }
        let message = ModelMessage(role: .assistant, parts: [.text(said.text)])
        let judged = await offTheLoop { [schema] in JudgedOutput(message, reason, schema) }
        if judged.problems.isEmpty { return }
        throw judged.failure(of: call, turns: 0, used: usage)
    }
}
