import Decoding
import Models

/// The events of a streamed response. There are some fifty kinds; those that say nothing which could
/// be passed on are ignored, as are those to come.
struct ResponsesEvents: StreamEvents {
    /// Words messages and knows what is secret.
    let errors: UpstreamErrors
    private var tools = ResponsesToolSlots()
    private(set) var answerID = ""

    init(errors: UpstreamErrors) {
        self.errors = errors
    }

    mutating func take(_ event: SSEEvent, _ news: inout [StreamNews]) {
        guard let said = try? JSONText.decode(ResponsesEvent.self, from: event.data.span) else {
            let what = "sent an event of \(event.data.count) bytes that is no event of a response"
            return news.append(.failed(errors.broken(what)))
        }
        if answerID.isEmpty, let id = said.response?.id { answerID = id }
        let type = said.type.isEmpty ? event.type : said.type
        if let chunk = chunk(type, said) { return news.append(.chunk(chunk)) }
        switch type {
        case "response.completed":
            end(.completed(hasCalls: tools.count > 0), said.response, &news)
        case "response.incomplete":
            end(
                FinishReason(incompleteFor: said.response?.incompleteReason ?? ""), said.response,
                &news)
        case "response.failed", "error": fail(said, &news)
        // Before a stream has begun some servers fail as they would in a whole answer.
        case "": if said.error != nil { fail(said, &news) }
        default: break
        }
    }

    private mutating func chunk(_ type: String, _ said: ResponsesEvent) -> Chunk? {
        switch type {
        case "response.output_text.delta", "response.refusal.delta":
            said.delta.isEmpty ? nil : .text(said.delta)
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            said.delta.isEmpty ? nil : .reasoning(text: said.delta, signature: [])
        case "response.reasoning_summary_part.added":
            said.summaryIndex == 0
                ? nil : .reasoning(text: ResponsesReasoning.summarySeparator, signature: [])
        case "response.output_item.added": began(said)
        case "response.function_call_arguments.delta": tools.continued(said.delta, at: said.place)
        case "response.output_item.done": ended(said)
        default: nil
        }
    }

    private mutating func began(_ said: ResponsesEvent) -> Chunk? {
        guard case .call(let call) = said.item else { return nil }
        return tools.began(call, at: said.place)
    }

    private mutating func ended(_ said: ResponsesEvent) -> Chunk? {
        switch said.item {
        case .call(let call): return tools.ended(call, at: said.place)
        // Its text has come in deltas.
        case .reasoning(let reasoning) where !reasoning.signature.isEmpty:
            return .reasoning(text: "", signature: reasoning.signature)
        default: return nil
        }
    }

    private func end(
        _ reason: FinishReason, _ response: ResponsesHead?, _ news: inout [StreamNews]
    ) {
        news.append(.stopped(reason))
        if let counted = response?.usage { news.append(.usage(Usage(counted))) }
        news.append(.done)
    }

    private func fail(_ said: ResponsesEvent, _ news: inout [StreamNews]) {
        if let counted = said.response?.usage { news.append(.usage(Usage(counted))) }
        guard let error = said.response?.error ?? said.error else {
            return news.append(.failed(errors.broken("said that its response failed, not why")))
        }
        news.append(.failed(errors.inside200(error, ResponsesErrorKind.of(error))))
    }
}
