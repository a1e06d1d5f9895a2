import Messages

/// Examples of the messages a call is made of.
extension Samples {
    static let requests = [
        Samples(TextPart(text: awkward), TextPart()),
        Samples(image, ImagePart(mediaType: "image/png", source: .url("https://a/b"))),
        Samples(toolCall),
        Samples(toolResult),
        Samples(reasoning),
        Samples(
            Part.text(""), Part(kind: .image(image)), Part(kind: .toolCall(toolCall)),
            Part(kind: .toolResult(toolResult)), Part(kind: .reasoning(reasoning)), Part()),
        Samples(Message.user("hi"), Message(role: .unrecognized(77)), Message()),
        Samples(tool),
        Samples(ToolChoice(mode: .named, name: "search"), .auto),
        Samples(JSONSchema(name: "n", schemaJSON: "{}", strict: true)),
        Samples(InvalidOutput(text: awkward, truncated: true, problems: ["a", "", awkward])),
        Samples(ResponseFormat.jsonSchema(name: "n", schemaJSON: "{}"), .jsonObject),
        Samples(request, GenerateRequest(temperature: 0, topP: 0, seed: 0), GenerateRequest()),
        Samples(CancelRequest(callID: "c")),
        Samples(CancelResponse(found: true)),
    ]

    static let answers = [
        Samples(usage),
        Samples(
            GenerateResponse(
                message: .assistant(awkward), finishReason: .toolCalls, usage: usage, call: call),
            GenerateResponse(message: Message())),
        Samples(Queued(position: 3, estimatedWaitMs: 4)),
        Samples(Started(target: "a/b", lane: "a", queueWaitMs: 5)),
        Samples(toolCallDelta),
        Samples(reasoningDelta),
        Samples(finish),
        Samples(
            StreamResponse.text(awkward), .text(""),
            StreamResponse(event: .queued(Queued(position: 1))),
            StreamResponse(event: .started(Started(lane: "a"))),
            StreamResponse(event: .reasoning(reasoningDelta)),
            StreamResponse(event: .toolCall(toolCallDelta)),
            StreamResponse(event: .finish(finish)), StreamResponse()),
        Samples(attempt),
        Samples(call),
    ]

    private static let image = ImagePart(mediaType: "image/png", source: .data([0, 1, 255]))
    private static let toolCall = ToolCallPart(id: "1", name: "search", argumentsJSON: "{\"q\":1}")
    private static let toolResult = ToolResultPart(callID: "1", text: awkward, isError: true)
    private static let reasoning = ReasoningPart(text: "hm", signature: [0, 200])
    private static let tool = Tool(
        name: "search", description: "finds", parametersJSON: "{}", strict: true)
    private static let usage = Usage(
        inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4,
        reasoningTokens: .max, estimated: true)
    private static let toolCallDelta = ToolCallDelta(
        index: -1, id: "1", name: "search", argumentsJSON: "{")
    private static let reasoningDelta = ReasoningDelta(text: "hm", signature: [0])
    private static let finish = Finish(finishReason: .stop, usage: usage, call: call)
    private static let attempt = Attempt(
        target: "a/b", lane: "a", code: 14, reason: "UPSTREAM_RATE_LIMITED", httpStatus: 429,
        upstreamRequestID: "u", message: awkward, queueWaitMs: 1, durationMs: 2, retryAfterMs: 3)
    private static let call = CallInfo(
        callID: "c", callerID: "bot", runID: "r", lane: "a", model: "fast", phase: .stream,
        queueWaitMs: 1, executionMs: 2, attempts: [attempt, Attempt()],
        messages: ["user: hi", ""], messagesTruncated: true, uid: 1001, user: "u", tool: "t",
        priority: "batch")

    static let request = GenerateRequest(
        model: "openai/gpt-4o:high", messages: [.system(awkward), .user("hi"), Message()],
        tools: [tool], toolChoice: .named("search"), temperature: 0.5, topP: 0.9,
        maxOutputTokens: -1, stop: ["END", ""], seed: .min, responseFormat: .jsonObject,
        reasoningEffort: .high, priority: .batch, maxQueueWaitMs: 1, executionTimeoutMs: 2,
        idempotencyKey: "k", queueEvents: true)
}
