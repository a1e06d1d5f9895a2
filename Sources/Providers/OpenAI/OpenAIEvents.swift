import Decoding
import Models

/// The events of a streamed chat completion.
struct OpenAIEvents: StreamEvents {
    /// Words messages and knows what is secret.
    let errors: UpstreamErrors
    private var tools = OpenAIToolSlots()
    private(set) var answerID = ""

    init(errors: UpstreamErrors) {
        self.errors = errors
    }

    mutating func take(_ event: SSEEvent, _ news: inout [StreamNews]) {
        if event.data.elementsEqual("[DONE]".utf8) { return news.append(.done) }
        guard let answer = try? JSONText.decode(OpenAIAnswer.self, from: event.data.span) else {
            let what =
                "sent an event of \(event.data.count) bytes that is not a chat completion chunk"
            return news.append(.failed(errors.broken(what)))
        }
        if answerID.isEmpty { answerID = answer.id ?? "" }
        if let error = answer.error { return news.append(.failed(errors.inside200(error))) }
        if event.type == "error" {
            return news.append(.failed(errors.broken("sent an error event")))
        }
        // Read before the choices: a chunk can carry both.
        if let counted = answer.usage { news.append(.usage(Usage(counted))) }
        for choice in answer.choices ?? [] where choice.index == 0 { take(choice, &news) }
    }

    private mutating func take(_ choice: OpenAIChoice, _ news: inout [StreamNews]) {
        if let message = choice.message {
            if !message.reasoning.isEmpty {
                news.append(.chunk(.reasoning(text: message.reasoning, signature: [])))
            }
            if !message.content.isEmpty { news.append(.chunk(.text(message.content))) }
            for call in message.toolCalls {
                news.append(.chunk(tools.chunk(for: call, answerID: answerID)))
            }
        }
        guard let reason = choice.finishReason, !reason.isEmpty else { return }
        if reason == "error" {
            return news.append(.failed(errors.broken("ended its stream with an error")))
        }
        news.append(.stopped(FinishReason(openAI: reason)))
    }
}

extension FinishReason {
    /// The `finish_reason` of a chat completion.
    init(openAI reason: String) {
        self =
            switch reason {
            case "stop": .stop
            case "length": .length
            case "tool_calls", "function_call": .toolCalls
            case "content_filter": .contentFilter
            default: .other
            }
    }
}
