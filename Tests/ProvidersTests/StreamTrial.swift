import Models
import Patience

@testable import Providers

/// What the bytes of a stream come to in one dialect, however they are split.
struct StreamTrial {
    /// What one stream came to.
    struct Outcome: Equatable {
        var chunks: [Chunk] = []
        var failure: ProviderFailure?
    }

    /// How the connection ends after the bytes.
    enum End { case closes, breaks, staysOpen }

    let framing: StreamFraming
    let events: @Sendable (UpstreamErrors) -> any StreamEvents

    init(
        _ framing: StreamFraming, _ events: @escaping @Sendable (UpstreamErrors) -> any StreamEvents
    ) {
        self.framing = framing
        self.events = events
    }

    func reader(limits: ProviderLimits = ProviderLimits()) -> StreamReader {
        StreamReader(
            events(Trial.errors), framing, errors: Trial.errors, limits: limits, promptBytes: 40)
    }

    /// - Parameter size: of the pieces the bytes come in.
    func outcome(_ bytes: [UInt8], size: Int = .max, end: End = .closes) -> Outcome {
        var reader = reader()
        var start = 0
        while start < bytes.count {
            let stop = size == .max ? bytes.count : min(start + size, bytes.count)
            reader.feed(Array(bytes[start..<stop]).span)
            start = stop
        }
        switch end {
        case .closes: reader.ended()
        case .breaks: reader.broke(Trial.errors.unreachable("reset"))
        case .staysOpen: break
        }
        return Self.outcome(of: &reader)
    }

    static func outcome(of reader: inout StreamReader) -> Outcome {
        var outcome = Outcome()
        while true {
            switch reader.next() {
            case .chunk(let chunk): outcome.chunks.append(chunk)
            case .failed(let failure): outcome.failure = failure
            case .ended, .needsBytes: return outcome
            }
        }
    }

    /// Whether the bytes mean the same in pieces of every one of these sizes, and cut in two at every
    /// offset around each of the first events and at each seventh around the later ones.
    ///
    /// A sanitizer sees a sample of it: it looks at what the code does and not at what it answers.
    ///
    /// - Returns: what is different; nil where nothing is.
    func differenceWhenSplit(_ body: [UInt8]) -> String? {
        let whole = outcome(body)
        for size in sizes(for: body) where outcome(body, size: size) != whole {
            return "in pieces of \(size)"
        }
        return cutEverywhere(body)
    }

    private func sizes(for body: [UInt8]) -> [Int] {
        if Patience.slowness == 1 { return [1, 2, 3, 5, 7, 64, 1000] }
        return body.count > 8_192 ? [64] : [1, 64]
    }

    /// The event that is cut and the one behind it, from what the reader was before them: so every
    /// offset is tried without reading the whole each time.
    private func cutEverywhere(_ body: [UInt8]) -> String? {
        let ends = [0] + body.indices.dropFirst().filter { isEnd(of: body, $0) }
        var before = reader()
        let events = zip(ends, ends.dropFirst(2) + [body.count])
            .prefix(Patience.slowness == 1 ? .max : 12)
        for (number, (start, end)) in events.enumerated() where start < end {
            var uncut = before
            uncut.feed(Array(body[start..<end]).span)
            let expected = Self.outcome(of: &uncut)
            // The events in the middle of a stream are alike: they share the offsets.
            let step = number < 8 ? Patience.slowness : 7 * Patience.slowness
            for offset in stride(from: start + number % step, to: end, by: step) {
                var reader = before
                reader.feed(Array(body[start..<offset]).span)
                reader.feed(Array(body[offset..<end]).span)
                if Self.outcome(of: &reader) != expected { return "cut at \(offset)" }
            }
            let next = ends.first { $0 > start } ?? body.count
            before.feed(Array(body[start..<next]).span)
            _ = Self.outcome(of: &before)
        }
        return nil
    }

    private func isEnd(of body: [UInt8], _ index: Int) -> Bool {
        switch framing {
        case .lines: body[index - 1] == 0x0A
        case .serverSentEvents:
            body[index - 1] == 0x0A && (body[index] == 0x0A || body[index] == 0x0D)
        }
    }
}

enum Trial {
    static let errors = UpstreamErrors(
        provider: "local", place: "127.0.0.1:1", redactor: Redactor(secrets: []))

    static let openAIChat = StreamTrial(.serverSentEvents) { OpenAIEvents(errors: $0) }
}
