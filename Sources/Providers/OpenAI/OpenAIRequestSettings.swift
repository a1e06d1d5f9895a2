import Models

/// The rest of the body: tools, sampling and the format of the answer.
extension OpenAIRequestBody {
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
            json.key("function")
            try json.object { (json) throws(ProviderRefusal) in
                json.name(of: tool)
                try json.parameters("parameters", of: tool)
                if tool.strict {
                    json.key("strict")
                    json.value(true)
                }
            }
        }
    }

    private func writeToolChoice(_ json: inout JSONWriter) throws(ProviderRefusal) {
        switch request.toolChoice {
        // What servers do unasked.
        case .auto: return
        case .none, .required:
            json.key("tool_choice")
            json.value(request.toolChoice == .required ? "required" : "none")
        case .named(let name):
            json.key("tool_choice")
            try json.object { (json) throws(ProviderRefusal) in
                json.key("type")
                json.value("function")
                json.key("function")
                try json.object { (json) in
                    json.key("name")
                    json.value(name)
                }
            }
        }
    }

    func writeSampling(_ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.sampling(of: request)
        switch maxTokensField {
        case .maxTokens: json.member("max_tokens", request.maxOutputTokens)
        case .maxCompletionTokens: json.member("max_completion_tokens", request.maxOutputTokens)
        }
        try json.member("stop", request.stop)
        json.member("seed", request.seed)
        json.member("reasoning_effort", (target.effort ?? request.effort)?.rawValue)
    }

    func writeResponseFormat(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if request.responseFormat == .text { return }
        json.key("response_format")
        try json.object { (json) throws(ProviderRefusal) in
            json.key("type")
            guard case .jsonSchema(let name, let schema, let strict) = request.responseFormat else {
                return json.value("json_object")
            }
            json.value("json_schema")
            json.key("json_schema")
            try json.object { (json) throws(ProviderRefusal) in
                json.key("name")
                json.value(name)
                json.key("strict")
                json.value(strict)
                json.key("schema")
                json.raw(try RequestText.checkedObject(schema, "the schema \(name)"))
            }
        }
    }
}
