import Decoding
import Models
import NIOCore

/// Google's Gemini API, `generateContent` of its version `v1beta`
/// (<https://ai.google.dev/api/generate-content>).
struct Gemini: Dialect {
    static let usualBaseURL = "https://generativelanguage.googleapis.com/v1beta"

    init(_ settings: ProviderSettings, host: String) {}

    func headers(apiKey: Secret?) -> [ProviderSettings.Header] {
        apiKey.map { [.init(name: "x-goog-api-key", value: $0)] } ?? []
    }

    func path(to target: Target, streams: Bool) -> String {
        // Listings call a model by its whole resource name, people by its last part.
        let name = target.model.trimmingPrefix("models/")
        let verb = streams ? "streamGenerateContent?alt=sse" : "generateContent"
        return "/models/\(Self.pathSegment(name)):\(verb)"
    }

    func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws(ProviderRefusal) -> ByteBuffer {
        try GeminiRequestBody(request: request, target: target).write()
    }

    func answer(
        _ body: ByteBuffer, _ errors: UpstreamErrors
    ) throws(ProviderFailure) -> WholeAnswer {
        let bytes = body.readableBytesUInt8Span
        guard let answer = try? JSONText.decode(GeminiAnswer.self, from: bytes) else {
            throw errors.broken(
                "answered with \(body.readableBytes.shown) bytes that are not a Gemini answer")
        }
        if let failure = answer.failure(errors) { throw failure }
        guard let candidate = answer.candidates.first, !candidate.isBlank else {
            throw errors.broken("answered with a Gemini answer without a candidate")
        }
        return Self.whole(answer, candidate)
    }

    func events(_ errors: UpstreamErrors) -> any StreamEvents { GeminiEvents(errors: errors) }

    func kind(of error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        GeminiErrorKind.of(error, httpStatus: httpStatus)
    }

    private static func whole(
        _ answer: GeminiAnswer, _ candidate: GeminiCandidate
    ) -> WholeAnswer {
        var reader = GeminiPartReader()
        let chunks = candidate.parts.flatMap {
            reader.chunks(of: $0, answerID: answer.responseID)
        }
        return WholeAnswer(
            parts: chunks.compactMap(ModelPart.init),
            finishReason: candidate.finishReason.map {
                FinishReason(gemini: $0, hasCalls: reader.calls > 0)
            } ?? .unknown,
            usage: answer.usage.map { Usage($0) }, id: answer.responseID)
    }

    /// Percent-encodes what a segment of a path may not hold as it is (RFC 3986, section 3.3).
    private static func pathSegment(_ name: some StringProtocol) -> String {
        name.utf8.reduce(into: "") { segment, byte in
            if byte.isPathCharacter {
                segment.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                segment += (byte < 0x10 ? "%0" : "%") + digits
            }
        }
    }
}

extension ModelPart {
    /// What a chunk is of an answer that came in one piece.
    fileprivate init?(_ chunk: Chunk) {
        switch chunk {
        case .text(let text): self = .text(text)
        case .reasoning(let text, let signature):
            self = .reasoning(text: text, signature: signature)
        case .toolCall(_, let id, let name, let arguments):
            self = .toolCall(id: id, name: name, argumentsJSON: arguments)
        case .finish: return nil
        }
    }
}

extension UInt8 {
    fileprivate var isPathCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@".utf8.contains(self)
        }
    }
}
