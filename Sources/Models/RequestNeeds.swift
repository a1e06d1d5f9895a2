/// What a request needs of a model beyond text.
struct RequestNeeds: Sendable, Hashable {
    var tools: Bool
    var images: Bool
    var jsonSchema: Bool

    init(_ request: ModelRequest) {
        tools = !request.tools.isEmpty && request.toolChoice != .none
        images = request.messages.contains { message in
            message.parts.contains { part in
                if case .image = part { return true }
                return false
            }
        }
        jsonSchema = if case .jsonSchema = request.responseFormat { true } else { false }
    }

    /// - Returns: nil when the model can do it, else what it cannot, in words.
    func lacking(in can: Capabilities) -> String? {
        if tools && !can.tools { return "the request has tools, which this target cannot call" }
        if images && !can.images { return "the request has images, which this target cannot read" }
        if jsonSchema && !can.jsonSchema {
            return "the request asks for a JSON Schema, which this target cannot hold to"
        }
        return nil
    }
}
