import Models

/// The rest of the body: tools, the format of the answer, thinking and sampling.
extension OllamaRequestBody {
    func writeTools(_ json: inout JSONWriter) throws(ProviderRefusal) {
        // There is no other way to say it: a model that sees no tools calls none. A choice of one
        // tool, or of any, cannot be said at all.
        if request.tools.isEmpty || request.toolChoice == .none { return }
        json.key("tools")
        try json.array { (json) throws(ProviderRefusal) in
            for tool in request.tools { try write(tool, &json) }
        }
    }

    private func write(_ tool: ModelTool, _ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.key("type")
            json.value("function")
            json.key("function")
            try json.object { (json) throws(ProviderRefusal) in
                json.name(of: tool)
                // Said in full: the templates of models read the properties.
                let none = #"{"type":"object","properties":{}}"#
                try json.parameters("parameters", of: tool, orElse: none)
            }
        }
    }

    func writeFormat(_ json: inout JSONWriter) throws(ProviderRefusal) {
        switch request.responseFormat {
        case .text: return
        case .jsonObject:
            json.key("format")
            json.value("json")
        case .jsonSchema(let name, let schema, _):
            json.key("format")
            json.raw(try RequestText.checkedObject(schema, "the schema \(name)"))
        }
    }

    /// Most models think or do not; gpt-oss always thinks, and takes only how hard.
    func writeThink(_ json: inout JSONWriter) {
        guard let effort = target.effort ?? request.effort else { return }
        json.key("think")
        if target.model.lowercased().contains("gpt-oss") {
            json.value(effort == .minimal ? "low" : effort.rawValue)
        } else {
            json.value(effort != .minimal)
        }
    }

    func writeOptions(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if hasNoOptions { return }
        json.key("options")
        try json.object { (json) throws(ProviderRefusal) in
            try json.sampling(of: request)
            json.member("num_predict", request.maxOutputTokens)
            try json.member("stop", request.stop)
            json.member("seed", request.seed)
        }
    }

    private var hasNoOptions: Bool {
        request.temperature == nil && request.topP == nil && request.maxOutputTokens == nil
            && request.stop.isEmpty && request.seed == nil
    }
}
