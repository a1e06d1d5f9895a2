// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// Tokens, as the provider counted them.
public struct Usage: Sendable, Hashable {
    /// Tokens read, cached ones included.
    public var inputTokens: Int
    /// Tokens written, reasoning included.
    public var outputTokens: Int
    /// Input tokens that came from the provider's cache.
    public var cacheReadTokens: Int
    /// Input tokens the provider put into its cache.
    public var cacheWriteTokens: Int
    /// Output tokens that were reasoning.
    public var reasoningTokens: Int
    /// True when the provider sent no count and these are our estimate.
    public var estimated: Bool

    /// Fields left out are absent, zero or empty.
    public init(
        inputTokens: Int = 0, outputTokens: Int = 0, cacheReadTokens: Int = 0,
        cacheWriteTokens: Int = 0, reasoningTokens: Int = 0, estimated: Bool = false
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.reasoningTokens = reasoningTokens
        self.estimated = estimated
    }
}

extension Usage: WireMessage {
    package static var fullName: String { "laneway.v1.Usage" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Usage: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__usage__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Usage>) {
        inputTokens = Int(c.pointee.input_tokens)
        outputTokens = Int(c.pointee.output_tokens)
        cacheReadTokens = Int(c.pointee.cache_read_tokens)
        cacheWriteTokens = Int(c.pointee.cache_write_tokens)
        reasoningTokens = Int(c.pointee.reasoning_tokens)
        estimated = c.pointee.estimated != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Usage>, in arena: inout Arena) {
        c.pointee.input_tokens = Int64(inputTokens)
        c.pointee.output_tokens = Int64(outputTokens)
        c.pointee.cache_read_tokens = Int64(cacheReadTokens)
        c.pointee.cache_write_tokens = Int64(cacheWriteTokens)
        c.pointee.reasoning_tokens = Int64(reasoningTokens)
        c.pointee.estimated = estimated ? 1 : 0
    }
}
