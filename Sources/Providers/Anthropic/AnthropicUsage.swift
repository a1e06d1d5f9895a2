import Decoding
import Models

/// Tokens as Anthropic counts them: those of a prompt that came from its cache or went into it are
/// not in `input_tokens`.
struct AnthropicUsage: JSONReadable, Hashable {
    var input: Int
    var cacheRead: Int
    var cacheWrite: Int
    var output: Int
    var thinking: Int

    /// - Throws: when it counts neither input nor output.
    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        let input: Int? = object.lenient("input_tokens")
        let output: Int? =
            try input == nil ? object.required("output_tokens") : object.lenient("output_tokens")
        let details: JSONObject? = object.lenient("output_tokens_details")
        self.input = Self.sane(input)
        self.output = Self.sane(output)
        cacheRead = Self.sane(object.lenient("cache_read_input_tokens"))
        cacheWrite = Self.sane(object.lenient("cache_creation_input_tokens"))
        thinking = Self.sane(details?.lenient("thinking_tokens"))
    }

    /// Takes over what was counted since. The counts of a stream only grow, and an event that does
    /// not repeat one, or says 0, does not take it back.
    mutating func count(_ later: AnthropicUsage) {
        input = max(input, later.input)
        cacheRead = max(cacheRead, later.cacheRead)
        cacheWrite = max(cacheWrite, later.cacheWrite)
        output = max(output, later.output)
        thinking = max(thinking, later.thinking)
    }

    /// No count is negative, or so large that adding a few of them could overflow.
    private static func sane(_ count: Int?) -> Int { min(max(count ?? 0, 0), 1 << 40) }
}

extension Usage {
    init(_ counted: AnthropicUsage) {
        self.init()
        inputTokens = counted.input + counted.cacheRead + counted.cacheWrite
        outputTokens = counted.output
        cacheReadTokens = counted.cacheRead
        cacheWriteTokens = counted.cacheWrite
        reasoningTokens = counted.thinking
    }
}
