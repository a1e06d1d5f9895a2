import Decoding
import Models

/// The events of a stream: each is a `GenerateContentResponse` with the parts that are new.
///
/// Nothing says that a stream is done but its end; the finish reason says that the answer is whole.
struct GeminiEvents: StreamEvents {
    /// Words messages and knows what is secret.
    let errors: UpstreamErrors
    private var reader = GeminiPartReader()
    private(set) var answerID = ""

    init(errors: UpstreamErrors) {
        self.errors = errors
    }

    mutating func take(_ event: SSEEvent, _ news: inout [StreamNews]) {
        guard let answer = try? JSONText.decode(GeminiAnswer.self, from: event.data.span) else {
            let what = "sent an event of \(event.data.count) bytes that is not a Gemini answer"
            return news.append(.failed(errors.broken(what)))
        }
        if answerID.isEmpty { answerID = answer.responseID }
        // Read before the candidates: the last event carries both.
        if let counted = answer.usage { news.append(.usage(Usage(counted))) }
        if let failure = answer.failure(errors) { return news.append(.failed(failure)) }
        for candidate in answer.candidates where candidate.index == 0 { take(candidate, &news) }
    }

    private mutating func take(_ candidate: GeminiCandidate, _ news: inout [StreamNews]) {
        for part in candidate.parts {
            for chunk in reader.chunks(of: part, answerID: answerID) { news.append(.chunk(chunk)) }
        }
        guard let reason = candidate.finishReason else { return }
        news.append(.stopped(FinishReason(gemini: reason, hasCalls: reader.calls > 0)))
    }
}

extension GeminiAnswer {
    /// What went wrong, where the answer says so: an error in its place, or a prompt that the
    /// service did not let through to the model.
    func failure(_ errors: UpstreamErrors) -> ProviderFailure? {
        if let error {
            return errors.inside200(error, GeminiErrorKind.of(error, httpStatus: error.status))
        }
        guard candidates.isEmpty, !blockReason.isEmpty else { return nil }
        return errors.failure(
            .contentPolicy, "\(errors.provider) blocked the prompt: \(blockReason)")
    }
}

extension FinishReason {
    /// The `finishReason` of a candidate.
    ///
    /// - Parameter hasCalls: whether the answer called a function. Gemini has no reason of its own
    ///   for that.
    init(gemini reason: String, hasCalls: Bool) {
        self =
            switch reason {
            case "STOP": hasCalls ? .toolCalls : .stop
            case "MAX_TOKENS": .length
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
                "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
                .contentFilter
            default: .other
            }
    }
}

extension Usage {
    init(_ counted: GeminiUsage) {
        self.init()
        inputTokens = counted.prompt + counted.toolUsePrompt
        // Thoughts are counted beside the answer, not in it.
        outputTokens = counted.candidates + counted.thoughts
        cacheReadTokens = counted.cached
        reasoningTokens = counted.thoughts
    }
}
