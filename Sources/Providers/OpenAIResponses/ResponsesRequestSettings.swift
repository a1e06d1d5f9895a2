import Models

/// The rest of the body: reasoning, tools, sampling and the format of the answer. Stop sequences and
/// seeds are not written: the Responses API has neither.
extension ResponsesRequestBody {
    func writeReasoning(_ json: inout JSONWriter) throws(ProviderRefusal) {
        // Models that do not reason refuse all of it.
        guard let effort = target.effort ?? request.effort else { return }
        json.key("reasoning")
        try json.object { (json) in
            json.key("effort")
            json.value(effort.rawValue)
            json.key("summary")
            json.value("auto")
        }
        // As nothing is stored there, only so can the reasoning be sent back.
        json.key("include")
        try json.array { (json) in json.value("reasoning.encrypted_content") }
    }

    func writeTools(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if request.tools.isEmpty { return }
        json.key("tools")
        try json.array { (json) throws(ProviderRefusal) in
            for tool in request.tools { try write(tool, &json) }
        }
        try writeToolChoice(&json)
    }

    private func write(_ tool: ModelTool, _ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("type")
            json.value("function")
            json.name(of: tool)
            try json.parameters("parameters", of: tool, orElse: Self.noParameters)
            // Left out it means true here, and most schemas are not made for that.
            json.key("strict")
            json.value(tool.strict)
        }
    }

    /// Must be there, and closed where the tool is strict.
    private static let noParameters =
        #"{"type":"object","properties":{},"required":[],"additionalProperties":false}"#

    private func writeToolChoice(_ json: inout JSONWriter) throws(ProviderRefusal) {
        switch request.toolChoice {
        // What the service does unasked.
        case .auto: return
        case .none, .required:
            json.key("tool_choice")
            json.value(request.toolChoice == .required ? "required" : "none")
        case .named(let name):
            json.key("tool_choice")
            try json.object { (json) in
                json.key("type")
                json.value("function")
                json.key("name")
                json.value(name)
            }
        }
    }

    func writeSampling(_ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.sampling(of: request)
        json.member("max_output_tokens", request.maxOutputTokens)
    }

    func writeResponseFormat(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if request.responseFormat == .text { return }
        json.key("text")
        try json.object { (json) throws(ProviderRefusal) in
            json.key("format")
            try json.object { (json) throws(ProviderRefusal) in try writeFormat(&json) }
        }
    }

    private func writeFormat(_ json: inout JSONWriter) throws(ProviderRefusal) {
        json.key("type")
        guard case .jsonSchema(let name, let schema, let strict) = request.responseFormat else {
            return json.value("json_object")
        }
        json.value("json_schema")
        json.key("name")
        json.value(name)
        json.key("strict")
        json.value(strict)
        json.key("schema")
        json.raw(try RequestText.checkedObject(schema, "the schema \(name)"))
    }
}
