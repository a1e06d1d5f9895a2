import Models

/// The rest of the body: tools, thinking, sampling and the format of the answer.
extension AnthropicRequestBody {
    /// What an answer may come to when the request leaves it open: the field is required.
    static let outputTokensUsual = 4096

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
            json.name(of: tool)
            try json.parameters("input_schema", of: tool, orElse: #"{"type":"object"}"#)
            if tool.strict {
                json.key("strict")
                json.value(true)
            }
        }
    }

    private func writeToolChoice(_ json: inout JSONWriter) throws(ProviderRefusal) {
        // What the server does unasked.
        if request.toolChoice == .auto { return }
        json.key("tool_choice")
        try json.object { (json) in
            json.key("type")
            switch request.toolChoice {
            case .auto: json.value("auto")
            case .none: json.value("none")
            case .required: json.value("any")
            case .named(let name):
                json.value("tool")
                json.key("name")
                json.value(name)
            }
        }
    }

    func writeSampling(_ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.member("stop_sequences", request.stop)
        // With thinking neither may be touched: the request would be refused.
        if thinkingTokens == nil { try json.sampling(of: request) }
    }
}

// MARK: - Thinking

extension AnthropicRequestBody {
    /// What the model may think, in tokens; nil for not at all.
    ///
    /// A call of a tool that is asked for outranks the effort, as the two cannot be had together.
    private var thinkingTokens: Int? {
        switch request.toolChoice {
        case .required, .named: if !request.tools.isEmpty { return nil }
        case .auto, .none: break
        }
        return (target.effort ?? request.effort).map(\.thinkingTokens)
    }

    /// Thinking counts as output, so it is put on top of what was asked for: else there might be
    /// nothing left for the answer.
    var maxTokens: Int {
        let answer = request.maxOutputTokens ?? Self.outputTokensUsual
        let (sum, overflows) = answer.addingReportingOverflow(thinkingTokens ?? 0)
        return overflows ? .max : sum
    }

    func writeThinking(_ json: inout JSONWriter) throws(ProviderRefusal) {
        guard let thinkingTokens else { return }
        json.key("thinking")
        try json.object { (json) in
            json.key("type")
            json.value("enabled")
            json.key("budget_tokens")
            json.value(thinkingTokens)
        }
    }
}

extension ReasoningEffort {
    /// The least that Anthropic takes is 1,024.
    fileprivate var thinkingTokens: Int {
        switch self {
        case .minimal: 1024
        case .low: 2048
        case .medium: 8192
        case .high: 24_576
        }
    }
}

// MARK: - The format of the answer

// A strict schema goes into `output_config.format`, which needs no beta header any more (it was
// `output_format` while it did; Anthropic's documentation, "Structured outputs"). Others do not:
// the server takes only a part of JSON Schema there, every object closed and no bounds on numbers
// or lengths, and refuses a request with more; its older models refuse the field itself. That part
// is close to what OpenAI asks of a strict schema, so one that was written to be strict fits both.
extension AnthropicRequestBody {
    func writeOutputFormat(_ json: inout JSONWriter) throws(ProviderRefusal) {
        guard case .jsonSchema(let name, let schema, strict: true) = request.responseFormat else {
            return
        }
        json.key("output_config")
        try json.object { (json) throws(ProviderRefusal) in
            json.key("format")
            try json.object { (json) throws(ProviderRefusal) in
                json.key("type")
                json.value("json_schema")
                json.key("schema")
                json.raw(try RequestText.checkedObject(schema, "the schema \(name)"))
            }
        }
    }

    /// What the system prompt says about the format where no field does; nil when nothing.
    func formatInstruction() throws(ProviderRefusal) -> String? {
        let only = "and nothing else: no other words, no code fence."
        switch request.responseFormat {
        case .text, .jsonSchema(_, _, strict: true): return nil
        case .jsonObject: return "Answer with one JSON object \(only)"
        case .jsonSchema(let name, let schema, strict: false):
            let checked = try RequestText.checkedObject(schema, "the schema \(name)")
            return """
                Answer with one JSON value that is valid under the JSON Schema below \(only)
                The schema, named \(name):
                \(checked)
                """
        }
    }
}
