import Models

/// Keeps apart the tool calls of one stream, whose deltas come interleaved and ill-labelled:
/// without an index, without an id, or with the same index for two calls.
struct OpenAIToolSlots: Sendable {
    private struct Slot {
        /// nil when the server gave none.
        var upstreamIndex: Int?
        var upstreamID: String
        var named: Bool
    }

    private var slots: [Slot] = []

    /// Tool calls seen so far.
    var count: Int { slots.count }

    /// - Parameter answerID: the id of the answer, for making up an id where the server gave none:
    ///   a tool's result must name its call, and not the one of an earlier answer.
    mutating func chunk(for delta: OpenAIToolCall, answerID: String) -> Chunk {
        if let index = slot(of: delta) {
            // The name is said once; some servers repeat it in every delta.
            let name = slots[index].named ? "" : delta.name
            if !name.isEmpty { slots[index].named = true }
            return .toolCall(index: index, id: "", name: name, argumentsJSON: delta.arguments)
        }
        let index = slots.count
        slots.append(
            Slot(
                upstreamIndex: delta.index, upstreamID: delta.id, named: !delta.name.isEmpty))
        return .toolCall(
            index: index, id: Self.id(delta, index: index, answerID: answerID), name: delta.name,
            argumentsJSON: delta.arguments)
    }

    /// The id of a call, made up where the server gave none.
    static func id(_ call: OpenAIToolCall, index: Int, answerID: String) -> String {
        if !call.id.isEmpty { return call.id }
        return answerID.isEmpty ? "call_\(index)" : "call_\(answerID)_\(index)"
    }

    /// The open call that the delta continues; nil when it begins another.
    private func slot(of delta: OpenAIToolCall) -> Int? {
        let found =
            delta.index.map { index in slots.lastIndex { $0.upstreamIndex == index } }
            ?? indexlessSlot(of: delta)
        guard let found else { return nil }
        // Some servers number every call 0 and tell them apart by their ids alone.
        let isOther = !delta.id.isEmpty && delta.id != slots[found].upstreamID
        return isOther ? nil : found
    }

    private func indexlessSlot(of delta: OpenAIToolCall) -> Int? {
        if !delta.id.isEmpty { return slots.lastIndex { $0.upstreamID == delta.id } }
        // With neither index nor id, a name begins a call and bare arguments continue the last.
        return delta.name.isEmpty ? slots.indices.last : nil
    }
}
