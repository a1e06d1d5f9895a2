import Models

/// Turns the bytes of a stream into chunks, whatever its server's dialect. Pure: bytes in, chunks
/// out; the stream around it does the reading.
///
/// The rule it is there for: a stream that ends without having said so was cut off, and is never
/// taken for an answer.
struct StreamReader: Sendable {
    typealias Step = StreamStep

    private enum Phase {
        /// Goes to closing when the server says it is done, or to over.
        case reading
        /// All was read; only what is ready is still to be given out. Goes to over.
        case closing(Step)
        case over
    }

    /// Words messages and knows what is secret.
    private let errors: UpstreamErrors
    private var framer: StreamFramer
    // The reader is not generic over it: async functions are not specialized, so a stream would look
    // the reader's type up at each use.
    private var dialect: any StreamEvents
    private var phase = Phase.reading
    private var events: [SSEEvent] = []
    private var news: [StreamNews] = []
    private var ready: [Chunk] = []
    private var readyNext = 0
    private var finishReason: FinishReason?
    private var usage: Usage?
    private var inputTokensEstimate: Int
    private var chunksRead = 0

    /// - Parameter promptBytes: for the estimate of input tokens where the server counts none.
    init(
        _ dialect: any StreamEvents, _ framing: StreamFraming, errors: UpstreamErrors,
        limits: ProviderLimits, promptBytes: Int
    ) {
        self.dialect = dialect
        self.errors = errors
        framer = StreamFramer(framing, limits)
        inputTokensEstimate = TokenEstimate.tokens(bytes: promptBytes)
    }

    var answerID: String { dialect.answerID }

    /// The server said that it is done: what may still come is of no interest.
    var isDone: Bool {
        if case .reading = phase { false } else { true }
    }

    /// Whether there is nothing to give out before more was read.
    var needsBytes: Bool { !isDone && readyNext == ready.count }

    var isSpoiled: Bool {
        if case .closing(.failed) = phase { true } else { false }
    }

    mutating func feed(_ bytes: Span<UInt8>) {
        guard case .reading = phase else { return }
        do {
            try framer.feed(bytes, into: &events)
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
            try framer.ended(into: &events)
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
            fail(errors.broken("ended its stream without saying that it is over"))
        }
    }

    /// Upstream broke off: the connection was lost.
    mutating func broke(_ failure: ProviderFailure) {
        guard case .reading = phase else { return }
        // After a finish reason the answer is whole; only the usage may be missing.
        if finishReason != nil { finish() } else { fail(failure) }
    }

    /// What was read may be wrong, as the check behind it shows: it is worth nothing, whether it
    /// has ended or not.
    mutating func spoiled(_ failure: ProviderFailure) {
        fail(failure)
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

extension StreamReader {
    private mutating func takeEvents() {
        for event in events {
            guard case .reading = phase else { break }
            take(event)
        }
        events.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ event: SSEEvent) {
        dialect.take(event, &news)
        for one in news {
            guard case .reading = phase else { break }
            take(one)
        }
        news.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ news: StreamNews) {
        switch news {
        case .chunk(let chunk): give(chunk)
        case .stopped(let reason): finishReason = reason
        case .usage(let counted): usage = counted
        case .done: takeDone()
        // Past the finish reason the answer is whole; what is broken only costs its usage.
        case .failed(let failure) where finishReason != nil && failure.kind == .malformed: break
        case .failed(let failure): fail(failure)
        }
    }

    private mutating func takeDone() {
        // Not even an empty answer with a reason to stop: nothing that could be passed on.
        if finishReason == nil, chunksRead == 0 {
            return fail(errors.broken("said that it is done without an answer"))
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
            failure.upstreamRequestID = errors.redactor.requestID(answerID)
        }
        if chunksRead > 0 {
            failure.kind = .interrupted
            failure.partialUsage = usageSoFar
        }
        phase = .closing(.failed(failure))
    }
}

/// What there is to do next with a stream.
enum StreamStep: Sendable {
    case chunk(Chunk)
    /// Give it more, or say that upstream ended.
    case needsBytes
    /// Nothing follows it.
    case failed(ProviderFailure)
    /// The finish chunk was given out.
    case ended
}
