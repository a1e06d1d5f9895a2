/// Carries what Anthropic signs of its reasoning through the one field the API of the daemon has
/// for it: `signature` of a reasoning part.
///
/// - A `thinking` block: its signature, in UTF-8.
/// - A `redacted_thinking` block, whose `data` is all there is of it: `redacted_thinking:` and the
///   data. A signature is Base64, which has no colon, so the two cannot be mistaken.
enum AnthropicSignature: Hashable {
    case thinking(String)
    case redacted(String)

    private static let redactedPrefix = "redacted_thinking:"

    /// - Returns: nil for what no Anthropic model signed: nothing, or another provider's bytes.
    init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self),
            // What OpenAI's reasoning is sent back with has a line end.
            !text.contains("\n")
        else { return nil }
        self =
            text.hasPrefix(Self.redactedPrefix)
            ? .redacted(String(text.dropFirst(Self.redactedPrefix.count))) : .thinking(text)
    }

    static func bytes(thinking signature: String) -> [UInt8] { Array(signature.utf8) }

    static func bytes(redacted data: String) -> [UInt8] { Array((redactedPrefix + data).utf8) }
}
