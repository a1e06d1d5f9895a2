import Models

/// Turns the parts of an answer into chunks, in a stream and out of one.
///
/// Gemini puts a signature on whichever part its thoughts led to, a function call most of all, and
/// wants it back on that part: Gemini 3 refuses a history whose calls have lost theirs. Here only
/// reasoning has a signature. So one that came on a call or on text is given as reasoning without
/// text, directly before what it came on; `GeminiTurns` puts it back in its place.
struct GeminiPartReader: Sendable {
    /// Function calls read so far.
    private(set) var calls = 0

    /// - Parameter answerID: for making up the id of a call: a tool's result must name its call,
    ///   and not the one of an earlier answer.
    mutating func chunks(of part: GeminiPart, answerID: String) -> [Chunk] {
        let signature = Array(part.signature.utf8)
        if part.isThought {
            if part.text.isEmpty, signature.isEmpty { return [] }
            return [.reasoning(text: part.text, signature: signature)]
        }
        var chunks: [Chunk] = []
        if !signature.isEmpty { chunks.append(.reasoning(text: "", signature: signature)) }
        if !part.text.isEmpty { chunks.append(.text(part.text)) }
        if let call = part.call { chunks.append(chunk(of: call, answerID: answerID)) }
        return chunks
    }

    /// A call comes whole, never in pieces.
    private mutating func chunk(of call: GeminiFunctionCall, answerID: String) -> Chunk {
        defer { calls += 1 }
        let madeUp = answerID.isEmpty ? "call_\(calls)" : "call_\(answerID)_\(calls)"
        return .toolCall(
            index: calls, id: call.id.isEmpty ? madeUp : call.id, name: call.name,
            argumentsJSON: call.arguments)
    }
}
