import Clocks
import Models

/// Decides what `builtin/echo` says next and when. A pure machine: the model and the stream around
/// it wait and hand out.
struct EchoSpeaker: Sendable {
    enum Step: Sendable, Hashable {
        case say(String)
        case finish(FinishReason, Usage)
        indirect case fail(ProviderFailure)
        case hang
        /// It has finished.
        case end
    }

    private let script: EchoScript
    private let text: String
    private let started: Instant
    private let tokensMax: Int
    private var tokens: EchoTokens
    private var repeatsLeft: Int
    private var said = 0
    private var finished = false
    private let inputTokens: Int

    init(_ request: ModelRequest, script: EchoScript, started: Instant) {
        self.script = script
        self.started = started
        text = request.messages.last { $0.role == .user }?.text ?? ""
        tokensMax = request.maxOutputTokens ?? .max
        tokens = EchoTokens(text)
        repeatsLeft = text.isEmpty ? 0 : script.repeats - 1
        inputTokens = request.messages.reduce(0) { $0 + EchoTokens.count($1.text) }
    }

    var usage: Usage {
        var usage = Usage()
        usage.inputTokens = inputTokens
        usage.outputTokens = said
        return usage
    }

    /// When the next step is due; nil when there is nothing to wait for.
    ///
    /// Reckoned from the start, so that a late wake-up does not slow the pace down.
    var due: Instant? {
        if script.isUnpaced || finished { return nil }
        let speaking = script.paceTokensPerSecond.map { Duration.seconds(Double(said) / $0) }
        return started + script.firstChunkDelay + (speaking ?? .zero)
    }

    /// - Parameter most: of the tokens that are said in one piece.
    mutating func next(_ most: Int = 1) -> Step {
        if finished { return .end }
        if let fault = script.fault, said >= script.faultAfterTokens { return step(for: fault) }
        if said >= tokensMax { return finish(.length) }
        let untilFault = script.fault == nil ? Int.max : script.faultAfterTokens - said
        guard let (text, count) = nextPiece(min(most, tokensMax - said, untilFault)) else {
            // A prompt that is shorter than `after` still has to fail as it was told to.
            if let fault = script.fault { return step(for: fault) }
            return finish(.stop)
        }
        said += count
        return .say(text)
    }

    private mutating func nextPiece(_ most: Int) -> (text: String, count: Int)? {
        if let piece = tokens.next(most) { return piece }
        guard repeatsLeft > 0 else { return nil }
        repeatsLeft -= 1
        tokens = EchoTokens(text)
        return tokens.next(most)
    }

    private mutating func finish(_ reason: FinishReason) -> Step {
        finished = true
        return .finish(reason, usage)
    }

    private mutating func step(for fault: EchoScript.Fault) -> Step {
        guard case .fail(let kind) = fault else { return .hang }
        finished = true
        return .fail(
            ProviderFailure(
                kind, "builtin/echo was told to fail (\(kind.directive)) after \(said) tokens",
                httpStatus: script.httpStatus ?? kind.usualStatus,
                retryAfter: script.retryAfter, partialUsage: said > 0 ? usage : nil))
    }
}
