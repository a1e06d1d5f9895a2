import Models

/// Where in the output an event belongs.
struct ResponsesPlace: Hashable {
    /// nil when the server gave none.
    var outputIndex: Int?
    var itemID: String
}

/// Keeps apart the calls of one stream, and what of them has been given out.
struct ResponsesToolSlots: Sendable {
    private struct Slot {
        var outputIndex: Int?
        var itemID: String
        var hasArguments: Bool
    }

    private var slots: [Slot] = []

    /// Calls seen so far.
    var count: Int { slots.count }

    /// A call begins.
    ///
    /// - Returns: nil when it has begun already.
    mutating func began(_ call: ResponsesCall, at place: ResponsesPlace) -> Chunk? {
        if slot(at: place, of: call) != nil { return nil }
        let index = slots.count
        slots.append(
            Slot(
                outputIndex: place.outputIndex,
                itemID: call.itemID.isEmpty ? place.itemID : call.itemID,
                hasArguments: !call.arguments.isEmpty))
        return .toolCall(
            index: index, id: call.id(index: index), name: call.name,
            argumentsJSON: call.arguments)
    }

    /// More of the arguments.
    ///
    /// - Returns: nil when no call is known there: its arguments come once more when it ends.
    mutating func continued(_ arguments: String, at place: ResponsesPlace) -> Chunk? {
        guard let index = slot(at: place), !arguments.isEmpty else { return nil }
        slots[index].hasArguments = true
        return .toolCall(index: index, id: "", name: "", argumentsJSON: arguments)
    }

    /// A call is whole.
    ///
    /// - Returns: what of it was not given out; nil where all was. Some servers send no deltas.
    mutating func ended(_ call: ResponsesCall, at place: ResponsesPlace) -> Chunk? {
        guard let index = slot(at: place, of: call) else { return began(call, at: place) }
        if slots[index].hasArguments || call.arguments.isEmpty { return nil }
        slots[index].hasArguments = true
        return .toolCall(index: index, id: "", name: "", argumentsJSON: call.arguments)
    }

    private func slot(at place: ResponsesPlace, of call: ResponsesCall? = nil) -> Int? {
        if let outputIndex = place.outputIndex {
            return slots.lastIndex { $0.outputIndex == outputIndex }
        }
        let id = call.map(\.itemID) ?? place.itemID
        return id.isEmpty ? nil : slots.lastIndex { $0.itemID == id }
    }
}
