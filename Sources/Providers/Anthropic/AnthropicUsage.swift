import Models

/// Tokens as Anthropic counts them: those of a prompt that came from its cache or went into it are
/// not in `input_tokens`.
struct AnthropicUsage: Decodable, Hashable {
    var input: Int
    var cacheRead: Int
    var cacheWrite: Int
    var output: Int
    var thinking: Int

    private enum CodingKeys: String, CodingKey {
        case input = "input_tokens"
        case cacheRead = "cache_read_input_tokens"
        case cacheWrite = "cache_creation_input_tokens"
        case output = "output_tokens"
        case outputDetails = "output_tokens_details"
    }

    private enum DetailKeys: String, CodingKey {
        case thinking = "thinking_tokens"
    }

    /// - Throws: when it counts neither input nor output.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func count(_ key: CodingKeys) -> Int? { container.lenient(Int.self, key).map(Self.sane) }
        if count(.input) == nil { _ = try container.decode(Int.self, forKey: .output) }
        input = count(.input) ?? 0
        cacheRead = count(.cacheRead) ?? 0
        cacheWrite = count(.cacheWrite) ?? 0
        output = count(.output) ?? 0
        let details = try? container.nestedContainer(
            keyedBy: DetailKeys.self, forKey: .outputDetails)
        thinking = details?.lenient(Int.self, .thinking).map(Self.sane) ?? 0
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
    private static func sane(_ count: Int) -> Int { min(max(count, 0), 1 << 40) }
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
