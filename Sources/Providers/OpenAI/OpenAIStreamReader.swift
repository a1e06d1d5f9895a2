import Models

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Turns the bytes of a streamed chat completion into chunks. Pure: bytes in, chunks out; the
/// stream around it does the reading.
///
/// The rule it is there for: a stream that ends without having said so (a finish reason or
/// `[DONE]`) was cut off, and is never taken for an answer.
struct OpenAIStreamReader: Sendable {
    enum Step: Sendable {
        case chunk(Chunk)
        /// Give it more, or say that upstream ended.
        case needsBytes
        /// Nothing follows it.
        case failed(ProviderFailure)
        /// The finish chunk was given out.
        case ended
    }

    private enum Phase {
        /// Goes to closing when the server says it is done, or to over.
        case reading
        /// All was read; only what is ready is still to be given out. Goes to over.
        case closing(Step)
        case over
    }

    /// Words messages and knows what is secret.
    private let errors: UpstreamErrors
    private var sse: SSEReader
    private var phase = Phase.reading
    private var events: [SSEEvent] = []
    private var ready: [Chunk] = []
    private var readyNext = 0
    private var tools = OpenAIToolSlots()
    private var finishReason: FinishReason?
    private var usage: Usage?
    private var inputTokensEstimate: Int
    private var chunksRead = 0
    private(set) var answerID = ""

    /// - Parameter promptBytes: for the estimate of input tokens where the server counts none.
    init(errors: UpstreamErrors, limits: ProviderLimits, promptBytes: Int) {
        self.errors = errors
        sse = SSEReader(lineBytesMax: limits.lineBytesMax, eventBytesMax: limits.eventBytesMax)
        inputTokensEstimate = TokenEstimate.tokens(bytes: promptBytes)
    }

    /// The server said `[DONE]`: what may still come is of no interest.
    var isDone: Bool {
        if case .reading = phase { false } else { true }
    }

    mutating func feed(_ bytes: Span<UInt8>) {
        guard case .reading = phase else { return }
        do {
            try sse.feed(bytes, into: &events)
            takeEvents()
        } catch {
            takeEvents()
            fail(errors.broken("\(error)"))
        }
    }

    /// Upstream closed the stream in an orderly way.
    mutating func ended() {
        guard case .reading = phase else { return }
        do {
            try sse.ended(into: &events)
            takeEvents()
        } catch {
            fail(errors.broken("\(error)"))
        }
        guard case .reading = phase else { return }
        if finishReason != nil {
            finish()
        } else if chunksRead == 0 {
            fail(errors.broken("ended its stream without an answer"))
        } else {
            fail(errors.broken("ended its stream without a finish reason or [DONE]"))
        }
    }

    /// Upstream broke off: the connection was lost.
    mutating func broke(_ failure: ProviderFailure) {
        guard case .reading = phase else { return }
        // After a finish reason the answer is whole; only the usage may be missing.
        if finishReason != nil { finish() } else { fail(failure) }
    }

    /// What to do next. What was read before a failure is given out before it.
    mutating func next() -> Step {
        if readyNext < ready.count {
            defer { readyNext += 1 }
            return .chunk(ready[readyNext])
        }
        ready.removeAll(keepingCapacity: true)
        readyNext = 0
        switch phase {
        case .reading: return .needsBytes
        case .over: return .ended
        case .closing(let last):
            phase = .over
            return last
        }
    }

    /// What was used so far, as far as is known.
    var usageSoFar: Usage {
        if let usage { return usage }
        var estimate = Usage()
        estimate.inputTokens = inputTokensEstimate
        // Servers send about one token a chunk.
        estimate.outputTokens = chunksRead
        estimate.estimated = true
        return estimate
    }
}

// MARK: - Events

extension OpenAIStreamReader {
    private mutating func takeEvents() {
        for event in events {
            guard case .reading = phase else { break }
            take(event)
        }
        events.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ event: SSEEvent) {
        if event.data.elementsEqual("[DONE]".utf8) { return takeDone() }
        guard let answer = try? JSONDecoder().decode(OpenAIAnswer.self, from: Data(event.data))
        else {
            // Past the finish reason the answer is whole; a broken event only costs its usage.
            if finishReason != nil { return }
            return fail(
                errors.broken(
                    "sent an event of \(event.data.count) bytes that is not a chat completion chunk"
                ))
        }
        if answerID.isEmpty { answerID = answer.id ?? "" }
        if let error = answer.error { return fail(errors.inside200(error)) }
        if event.type == "error" { return fail(errors.broken("sent an error event")) }
        // Read before the choices: a chunk can carry both, and the last count is the right one.
        if let counted = answer.usage { usage = Usage(counted) }
        for choice in answer.choices ?? [] where choice.index == 0 { take(choice) }
    }

    private mutating func take(_ choice: OpenAIChoice) {
        if let message = choice.message {
            if !message.reasoning.isEmpty {
                give(.reasoning(text: message.reasoning, signature: []))
            }
            if !message.content.isEmpty { give(.text(message.content)) }
            for call in message.toolCalls { give(tools.chunk(for: call, answerID: answerID)) }
        }
        guard let reason = choice.finishReason, !reason.isEmpty else { return }
        if reason == "error" { return fail(errors.broken("ended its stream with an error")) }
        finishReason = FinishReason(openAI: reason)
    }

    private mutating func takeDone() {
        // Not even an empty answer with a reason to stop: nothing that could be passed on.
        if finishReason == nil, chunksRead == 0 {
            return fail(errors.broken("said [DONE] without an answer"))
        }
        finish()
    }

    private mutating func give(_ chunk: Chunk) {
        ready.append(chunk)
        chunksRead += 1
    }

    private mutating func finish() {
        phase = .closing(.ended)
        ready.append(.finish(finishReason ?? .unknown, usageSoFar))
    }

    /// Before the first chunk the failure is what it is; after it the stream was interrupted.
    private mutating func fail(_ failure: ProviderFailure) {
        var failure = failure
        if failure.upstreamRequestID.isEmpty {
            failure.upstreamRequestID = Redactor.token(answerID)
        }
        if chunksRead > 0 {
            failure.kind = .interrupted
            failure.partialUsage = usageSoFar
        }
        phase = .closing(.failed(failure))
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

extension Usage {
    init(_ counted: OpenAIUsage) {
        self.init()
        inputTokens = counted.input
        outputTokens = counted.output
        cacheReadTokens = counted.cached
        reasoningTokens = counted.reasoning
    }
}
