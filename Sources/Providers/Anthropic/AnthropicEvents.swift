import Decoding
import Models

/// The events of a streamed message.
struct AnthropicEvents: StreamEvents {
    /// Words messages and knows what is secret.
    let errors: UpstreamErrors
    private(set) var answerID = ""
    private var blocks = AnthropicBlocks()
    private var counted: AnthropicUsage?
    private var chunks = 0

    init(errors: UpstreamErrors) {
        self.errors = errors
    }

    mutating func take(_ event: SSEEvent, _ news: inout [StreamNews]) {
        guard let read = try? JSONText.decode(AnthropicEvent.self, from: event.data.span) else {
            let what = "sent an event of \(event.data.count) bytes that is not one of a message"
            return news.append(.failed(errors.broken(what)))
        }
        if let error = read.error {
            let kind = AnthropicErrorKind.of(error, httpStatus: error.status)
            return news.append(.failed(errors.inside200(error, kind)))
        }
        switch read.type.isEmpty ? event.type : read.type {
        case "message_start": start(read.message, &news)
        case "content_block_start": begin(read, event, &news)
        case "content_block_delta": go(on: read, &news)
        case "content_block_stop": give(blocks.end(read.index), &news)
        case "message_delta": change(read, &news)
        case "message_stop": news.append(.done)
        case "error": news.append(.failed(errors.broken("sent an error event")))
        // `ping`, and the events that are still to be thought of: clients are to pass them over.
        default: break
        }
    }

    private mutating func start(_ message: AnthropicMessage?, _ news: inout [StreamNews]) {
        answerID = message?.id ?? ""
        count(message?.usage, &news)
    }

    private mutating func begin(
        _ read: AnthropicEvent, _ event: SSEEvent, _ news: inout [StreamNews]
    ) {
        guard let block = read.block else { return }
        // Only of a call: reading the text a second time is not for every block.
        let input = block.isCall ? RawJSON(event.data)["content_block"]?["input"] : nil
        give(blocks.begin(block, at: read.index, input: input), &news)
    }

    private mutating func go(on read: AnthropicEvent, _ news: inout [StreamNews]) {
        guard let delta = read.delta else { return }
        guard blocks.isOpen(read.index) else {
            let what = "went on with block \(read.index), which it had not begun"
            return news.append(.failed(errors.broken(what)))
        }
        give(blocks.goOn(read.index, with: delta), &news)
    }

    private mutating func change(_ read: AnthropicEvent, _ news: inout [StreamNews]) {
        count(read.usage, &news)
        guard let reason = read.delta?.stopReason, !reason.isEmpty else { return }
        news.append(.stopped(FinishReason(anthropic: reason)))
    }

    private mutating func count(_ usage: AnthropicUsage?, _ news: inout [StreamNews]) {
        guard let usage else { return }
        counted?.count(usage)
        counted = counted ?? usage
        if let counted { news.append(.usage(Usage(counted))) }
    }

    private mutating func give(_ chunk: Chunk?, _ news: inout [StreamNews]) {
        guard let chunk else { return }
        news.append(.chunk(chunk))
        chunks += 1
        // The output is counted only at the end; a stream that breaks before used some all the same.
        guard let counted else { return }
        var usage = Usage(counted)
        usage.outputTokens = max(usage.outputTokens, chunks)
        usage.estimated = true
        news.append(.usage(usage))
    }
}
