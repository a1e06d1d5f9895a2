import Clocks
import Models

/// `builtin/echo`: says the last user message back. Needs no key and no network, so it is what the
/// daemon runs with out of the box and what tests make fail.
struct EchoModel: Model {
    let target: Target
    let script: EchoScript
    let time: any TimeSource
    var capabilities: Capabilities { Capabilities() }
    var answersAtOnce: Bool { script.isUnpaced }

    func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        script.isUnpaced ? try answer(request) : try await answerPaced(request)
    }

    /// All of it at once: nothing is waited for.
    private func answer(_ request: ModelRequest) throws -> ModelResponse {
        var speaker = EchoSpeaker(request, script: script, started: .origin)
        var text = ""
        while true {
            if let answer = try heard(speaker.next(.max), &text) { return answer }
        }
    }

    @inline(never)
    private func answerPaced(_ request: ModelRequest) async throws -> ModelResponse {
        var speaker = EchoSpeaker(request, script: script, started: time.now)
        var text = ""
        while true {
            if let answer = try heard(try await speaker.nextWhenDue(time), &text) { return answer }
        }
    }

    /// - Returns: nil where there is more to say.
    private func heard(_ step: EchoSpeaker.Step, _ text: inout String) throws -> ModelResponse? {
        switch step {
        case .say(let token):
            text += token
            return nil
        case .fail(let failure): throw failure
        case .finish(let reason, let usage):
            return ModelResponse(
                message: ModelMessage(role: .assistant, parts: [.text(text)]),
                finishReason: reason, usage: usage)
        case .hang, .end: throw CancellationError()
        }
    }

    func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        var speaker = EchoSpeaker(request, script: script, started: time.now)
        let first = try await speaker.nextWhenDue(time)
        if case .fail(let failure) = first { throw failure }
        return EchoStream(speaker, first: first, time: time)
    }
}

extension EchoSpeaker {
    /// Waits for the pace, then takes the next step. Waits for cancellation where it is to hang.
    mutating func nextWhenDue(_ time: any TimeSource) async throws -> Step {
        if let due, due > time.now { try await time.pause(until: due) }
        try Task.checkCancellation()
        let step = next()
        if step == .hang { try await time.pause(until: nil) }
        return step
    }
}

/// The chunks of one echo.
final class EchoStream: ChunkStream, @unchecked Sendable {
    // Sendable by hand: it is handed from the task that established it to the one that reads it, and
    // by the contract of `ChunkStream` only one task uses it at a time.
    let upstreamRequestID = ""
    private var speaker: EchoSpeaker
    private var first: EchoSpeaker.Step?
    private let time: any TimeSource

    init(_ speaker: EchoSpeaker, first: EchoSpeaker.Step, time: any TimeSource) {
        self.speaker = speaker
        self.first = first
        self.time = time
    }

    func next() async throws -> Chunk? {
        if let first = first.take() { return try chunk(first) }
        return try chunk(try await speaker.nextWhenDue(time))
    }

    private func chunk(_ step: EchoSpeaker.Step) throws -> Chunk? {
        switch step {
        case .say(let token): return .text(token)
        case .finish(let reason, let usage): return .finish(reason, usage)
        case .fail(var failure):
            // Whatever breaks an established stream, to the chain it is an interruption.
            failure.kind = .interrupted
            throw failure
        case .hang, .end: return nil
        }
    }
}
