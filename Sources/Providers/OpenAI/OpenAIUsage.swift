import Decoding
import Models

/// Tokens as OpenAI counts them, in either of its two APIs: they differ by the names alone.
struct OpenAIUsage<Names: OpenAIUsageNames>: JSONReadable {
    var input: Int
    var output: Int
    var cached: Int
    var reasoning: Int

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        input = try object.required(Names.input)
        output = object.lenient(Names.output) ?? 0
        let inputDetails: JSONObject? = object.lenient(Names.inputDetails)
        cached = inputDetails?.lenient("cached_tokens") ?? 0
        let outputDetails: JSONObject? = object.lenient(Names.outputDetails)
        reasoning = outputDetails?.lenient("reasoning_tokens") ?? 0
    }
}

protocol OpenAIUsageNames {
    static var input: StaticString { get }
    static var output: StaticString { get }
    static var inputDetails: StaticString { get }
    static var outputDetails: StaticString { get }
}

enum ChatUsageNames: OpenAIUsageNames {
    static var input: StaticString { "prompt_tokens" }
    static var output: StaticString { "completion_tokens" }
    static var inputDetails: StaticString { "prompt_tokens_details" }
    static var outputDetails: StaticString { "completion_tokens_details" }
}

enum ResponsesUsageNames: OpenAIUsageNames {
    static var input: StaticString { "input_tokens" }
    static var output: StaticString { "output_tokens" }
    static var inputDetails: StaticString { "input_tokens_details" }
    static var outputDetails: StaticString { "output_tokens_details" }
}

extension Usage {
    init<Names>(_ counted: OpenAIUsage<Names>) {
        self.init()
        inputTokens = counted.input
        outputTokens = counted.output
        cacheReadTokens = counted.cached
        reasoningTokens = counted.reasoning
    }
}
