/// One answer, held against the schema it was asked for.
struct JudgedOutput: Sendable {
    /// The answer; its text is the JSON alone where it came in a fence of Markdown.
    private(set) var message: ModelMessage
    private(set) var problems: [String]
    private let raw: String

    init(_ message: ModelMessage, _ finish: FinishReason, _ schema: any OutputSchema) {
        self.message = message
        raw = message.text
        // A model that calls tools has not answered yet, and a refusal is for people.
        if message.parts.contains(where: \.isToolCall) || finish == .contentFilter {
            problems = []
            return
        }
        let json = Self.json(in: raw)
        problems = schema.problems(in: json)
        if problems.isEmpty, json != raw { self.message.replaceText(with: json) }
        if !problems.isEmpty, finish == .length {
            problems.insert("the answer was cut off at its limit of tokens", at: 0)
        }
    }

    /// Models without native schemas like to put JSON into a fence, with a word before it or behind.
    private static func json(in text: String) -> String {
        let trimmed = text.trimmed
        guard let open = trimmed.firstRange(of: "```"),
            let lineEnd = trimmed[open.upperBound...].firstIndex(of: "\n"),
            let close = trimmed[lineEnd...].firstRange(of: "```")
        else { return trimmed }
        // A fence inside of JSON text is part of it.
        if trimmed.hasPrefix("{") || trimmed.hasPrefix("[") { return trimmed }
        return String(trimmed[lineEnd..<close.lowerBound]).trimmed
    }

    var summary: String { problems.joined(separator: "; ").brief(512) }

    /// What the model is told.
    var correction: ModelMessage {
        let text = """
            Your answer does not satisfy the JSON Schema that was asked for: \(summary). \
            Answer again with the corrected JSON alone, without a fence and without any other words.
            """
        return ModelMessage(role: .user, parts: [.text(text)])
    }

    func failure(of call: Call, turns: Int, used: Usage) -> CallFailure {
        let after =
            turns == 0 ? "" : " after \(turns) corrective \(turns == 1 ? "turn" : "turns")"
        var failure = CallFailure(
            .outputSchemaInvalid, "the answer does not satisfy its schema\(after): \(summary)",
            report: call.report(), partialUsage: used)
        failure.invalidOutput = InvalidOutput(text: raw, problems: problems)
        return failure
    }
}

/// What a model said in the end that does not satisfy its schema.
package struct InvalidOutput: Sendable, Hashable {
    package var text: String
    package var problems: [String]
}

extension ModelMessage {
    /// All its text becomes one part, where the first was.
    fileprivate mutating func replaceText(with text: String) {
        guard let first = parts.firstIndex(where: \.isText) else { return }
        parts.removeAll(where: \.isText)
        parts.insert(.text(text), at: min(first, parts.count))
    }
}

extension ModelPart {
    fileprivate var isText: Bool {
        if case .text = self { true } else { false }
    }

    fileprivate var isToolCall: Bool {
        if case .toolCall = self { true } else { false }
    }
}

extension String {
    fileprivate var trimmed: String {
        let blanks: Set<Character> = [" ", "\n", "\t", "\r", "\r\n"]
        var rest = self[...]
        while let first = rest.first, blanks.contains(first) { rest.removeFirst() }
        while let last = rest.last, blanks.contains(last) { rest.removeLast() }
        return String(rest)
    }
}
