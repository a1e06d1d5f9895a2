/// The prompt as a report shows it: one `role: text` a message, within a number of bytes.
///
/// Made only for calls that failed and only where the operator keeps prompts.
package struct PromptSnapshot: Sendable, Hashable {
    package var messages: [String] = []
    package var truncated = false

    /// Keeps the last messages whole as far as they fit, since a prompt's end is what was asked;
    /// the one that does not fit is cut at its end, and what came before it is left out.
    package init(_ request: ModelRequest, bytesMax: Int) {
        var left = bytesMax
        for message in request.messages.reversed() {
            let line = "\(message.role.rawValue): \(message.shown)"
            let kept = line.prefix(utf8Bytes: left)
            if kept.utf8.count < line.utf8.count { truncated = true }
            if kept.isEmpty { break }
            messages.append(kept)
            left -= kept.utf8.count
        }
        messages.reverse()
    }
}

extension ModelMessage {
    fileprivate var shown: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .image(let type, .data(let data)): "[image \(type), \(data.count) bytes]"
            case .image(_, .url(let url)): "[image \(url)]"
            case .toolCall(let id, let name, let arguments): "[call \(id) \(name) \(arguments)]"
            case .toolResult(let id, let text, let isError):
                "[result \(id)\(isError ? " error" : "") \(text)]"
            case .reasoning(let text, _): "[reasoning \(text)]"
            }
        }.joined(separator: " ")
    }
}

extension String {
    /// As many whole characters from the front as fit.
    package func prefix(utf8Bytes limit: Int) -> String {
        if utf8.count <= limit { return self }
        if limit <= 0 { return "" }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end > startIndex, String.Index(end, within: unicodeScalars) == nil {
            end = utf8.index(before: end)
        }
        return String(self[..<end])
    }
}
