import Models

/// The rest of the body: tools, sampling, thinking and the format of the answer.
extension GeminiRequestBody {
    func writeTools(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if request.tools.isEmpty { return }
        json.key("tools")
        try json.array { (json) throws(ProviderRefusal) in
            try json.object { (json) throws(ProviderRefusal) in
                json.key("functionDeclarations")
                try json.array { (json) throws(ProviderRefusal) in
                    for tool in request.tools { try write(tool, &json) }
                }
            }
        }
        try writeToolChoice(&json)
    }

    private func write(_ tool: ModelTool, _ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.object { (json) throws(ProviderRefusal) in
            json.name(of: tool)
            // The older `parameters` takes only the part of JSON Schema that OpenAPI 3.0 has.
            try json.parameters("parametersJsonSchema", of: tool)
        }
    }

    private func writeToolChoice(_ json: inout JSONWriter) throws(ProviderRefusal) {
        let mode: String
        switch request.toolChoice {
        // What the service does unasked.
        case .auto: return
        case .none: mode = "NONE"
        case .required, .named: mode = "ANY"
        }
        json.key("toolConfig")
        try json.object { (json) throws(ProviderRefusal) in
            json.key("functionCallingConfig")
            try json.object { (json) throws(ProviderRefusal) in
                json.key("mode")
                json.value(mode)
                guard case .named(let name) = request.toolChoice else { return }
                json.key("allowedFunctionNames")
                try json.array { (json) in json.value(name) }
            }
        }
    }

    func writeGenerationConfig(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if !asksForGeneration { return }
        json.key("generationConfig")
        try json.object { (json) throws(ProviderRefusal) in
            try writeSampling(&json)
            try writeResponseFormat(&json)
            try writeThinking(&json)
        }
    }

    private var effort: ReasoningEffort? { target.effort ?? request.effort }

    private var asksForGeneration: Bool {
        request.temperature != nil || request.topP != nil || request.maxOutputTokens != nil
            || !request.stop.isEmpty || request.seed != nil || request.responseFormat != .text
            || effort != nil
    }

    private func writeSampling(_ json: inout JSONWriter) throws(ProviderRefusal) {
        try json.sampling(of: request, topP: "topP")
        json.member("maxOutputTokens", request.maxOutputTokens)
        try json.member("stopSequences", request.stop)
        // It takes 32 bits. Equal seeds stay equal, which is all that a seed is for.
        json.member("seed", request.seed.map(Int32.init(truncatingIfNeeded:)))
    }

    private func writeResponseFormat(_ json: inout JSONWriter) throws(ProviderRefusal) {
        if request.responseFormat == .text { return }
        json.key("responseMimeType")
        json.value("application/json")
        guard case .jsonSchema(let name, let schema, _) = request.responseFormat else { return }
        json.key("responseJsonSchema")
        json.raw(try RequestText.checkedObject(schema, "the schema \(name)"))
    }

    private func writeThinking(_ json: inout JSONWriter) throws(ProviderRefusal) {
        guard let effort else { return }
        json.key("thinkingConfig")
        try json.object { (json) in
            json.key("includeThoughts")
            json.value(true)
            // Either the one or the other: both together are refused.
            if target.model.trimmingPrefix("models/").hasPrefix("gemini-3") {
                json.key("thinkingLevel")
                json.value(effort.geminiLevel)
            } else {
                json.key("thinkingBudget")
                json.value(effort.geminiBudgetTokens)
            }
        }
    }
}

extension ReasoningEffort {
    /// The two levels that every Gemini 3 has.
    fileprivate var geminiLevel: String {
        switch self {
        case .minimal, .low: "low"
        case .medium, .high: "high"
        }
    }

    /// All within what the models of Gemini 2.5 take: the smallest is the least of Flash-Lite, the
    /// largest the most of Flash.
    fileprivate var geminiBudgetTokens: Int {
        switch self {
        case .minimal: 512
        case .low: 1024
        case .medium: 8192
        case .high: 24_576
        }
    }
}
