import Models

/// What the bodies of all dialects say alike, but for its name. A member is written only where the
/// request has a value for it: models refuse what they do not support.
extension JSONWriter {
    mutating func member(_ name: StaticString, _ number: (some FixedWidthInteger)?) {
        guard let number else { return }
        key(name)
        value(number)
    }

    mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    mutating func member(_ name: StaticString, _ texts: [String]) throws(ProviderRefusal) {
        if texts.isEmpty { return }
        key(name)
        try array { (json) in for text in texts { json.value(text) } }
    }

    /// Temperature and `top_p`, which all of them have.
    ///
    /// - Parameter topP: what the dialect calls the latter.
    mutating func sampling(
        of request: ModelRequest, topP: StaticString = "top_p"
    ) throws(ProviderRefusal) {
        if let temperature = request.temperature {
            key("temperature")
            value(try RequestText.finite(temperature, "temperature"))
        }
        if let number = request.topP {
            key(topP)
            value(try RequestText.finite(number, "top_p"))
        }
    }

    mutating func name(of tool: ModelTool) {
        member("name", tool.name)
        member("description", tool.description.isEmpty ? nil : tool.description)
    }

    /// - Parameter usual: for a tool that says nothing of its parameters; nil to say nothing either.
    mutating func parameters(
        _ name: StaticString, of tool: ModelTool, orElse usual: String? = nil
    ) throws(ProviderRefusal) {
        var schema = usual
        if !tool.parametersJSON.isEmpty {
            schema = try RequestText.checkedObject(
                tool.parametersJSON, "the parameters of tool \(tool.name)")
        }
        guard let schema else { return }
        key(name)
        raw(schema)
    }
}
