import Models

/// Tokens as OpenAI counts them, in either of its two APIs: they differ by the names alone.
struct OpenAIUsage<Names: OpenAIUsageNames>: Decodable {
    var input: Int
    var output: Int
    var cached: Int
    var reasoning: Int

    private struct Details: Decodable {
        var cachedTokens: Int?
        var reasoningTokens: Int?

        enum CodingKeys: String, CodingKey {
            case cachedTokens = "cached_tokens"
            case reasoningTokens = "reasoning_tokens"
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Names.self)
        input = try container.decode(Int.self, forKey: .input)
        output = container.lenient(Int.self, .output) ?? 0
        cached = container.lenient(Details.self, .inputDetails)?.cachedTokens ?? 0
        reasoning = container.lenient(Details.self, .outputDetails)?.reasoningTokens ?? 0
    }
}

protocol OpenAIUsageNames: CodingKey {
    static var input: Self { get }
    static var output: Self { get }
    static var inputDetails: Self { get }
    static var outputDetails: Self { get }
}

enum ChatUsageNames: String, OpenAIUsageNames {
    case input = "prompt_tokens"
    case output = "completion_tokens"
    case inputDetails = "prompt_tokens_details"
    case outputDetails = "completion_tokens_details"
}

enum ResponsesUsageNames: String, OpenAIUsageNames {
    case input = "input_tokens"
    case output = "output_tokens"
    case inputDetails = "input_tokens_details"
    case outputDetails = "output_tokens_details"
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
