import Decoding
import Models

/// The lines of a streamed chat.
struct OllamaEvents: StreamEvents {
    /// Words messages and knows what is secret.
    let errors: UpstreamErrors
    private var callCount = 0
    /// When the first line was made; it stands in the made-up ids of the answer's calls.
    private var answeredAt = ""

    init(errors: UpstreamErrors) {
        self.errors = errors
    }

    /// Ollama gives its answers no ids.
    var answerID: String { "" }

    mutating func take(_ event: SSEEvent, _ news: inout [StreamNews]) {
        guard let answer = try? JSONText.decode(OllamaAnswer.self, from: event.data.span) else {
            let what = "sent a line of \(event.data.count) bytes that is no part of a chat answer"
            return news.append(.failed(errors.broken(what)))
        }
        if let error = answer.error {
            return news.append(.failed(errors.inside200(error, OllamaErrorKind.of(error))))
        }
        if answeredAt.isEmpty { answeredAt = answer.createdAt }
        if let message = answer.message { take(message, &news) }
        if answer.done == true { end(answer, &news) }
    }

    private mutating func take(_ message: OllamaMessage, _ news: inout [StreamNews]) {
        if !message.thinking.isEmpty {
            news.append(.chunk(.reasoning(text: message.thinking, signature: [])))
        }
        if !message.content.isEmpty { news.append(.chunk(.text(message.content))) }
        for call in message.toolCalls { take(call, &news) }
    }

    /// Every call comes whole, in one line: none is continued in another.
    private mutating func take(_ call: OllamaToolCall, _ news: inout [StreamNews]) {
        let index = callCount
        callCount += 1
        news.append(
            .chunk(
                .toolCall(
                    index: index, id: call.id(index: index, answeredAt: answeredAt),
                    name: call.name, argumentsJSON: call.arguments)))
    }

    private func end(_ answer: OllamaAnswer, _ news: inout [StreamNews]) {
        news.append(
            .stopped(FinishReason(ollama: answer.doneReason, hasCalls: callCount > 0)))
        if let usage = Usage(answer) { news.append(.usage(usage)) }
        news.append(.done)
    }
}

extension FinishReason {
    /// The `done_reason` of a chat, which has no word for having called tools; empty from servers
    /// that are older than the field.
    init(ollama reason: String, hasCalls: Bool) {
        self =
            switch reason {
            case "stop", "": hasCalls ? .toolCalls : reason.isEmpty ? .unknown : .stop
            case "length": .length
            default: .other
            }
    }
}

extension Usage {
    /// nil where nothing was counted.
    init?(_ answer: OllamaAnswer) {
        guard let output = answer.outputTokens else { return nil }
        self.init()
        // Left out when the whole prompt was still in the server's cache: nothing is known of it.
        inputTokens = answer.inputTokens ?? 0
        outputTokens = output
    }
}
