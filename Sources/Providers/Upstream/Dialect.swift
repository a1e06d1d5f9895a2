import Models
import NIOCore
import NIOHTTP1

/// How one kind of server is spoken to: what it is sent and what its answers mean. Pure; `Upstream`
/// does the sending and `UpstreamStream` the reading.
protocol Dialect: Sendable {
    /// Where its service is, when the configuration does not say.
    static var usualBaseURL: String { get }

    /// - Parameter host: of the base URL, lower case; empty for a Unix socket.
    init(_ settings: ProviderSettings, host: String)

    /// The headers that carry the key, and those the service asks for in every request.
    func headers(apiKey: Secret?) -> [ProviderSettings.Header]

    /// What comes behind the base URL. Never a key: paths end up in logs.
    func path(to target: Target, streams: Bool) -> String

    func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws(ProviderRefusal) -> ByteBuffer

    /// How the answers of streams are framed.
    var framing: StreamFraming { get }

    /// A whole answer, out of a body that is not empty.
    ///
    /// - Throws: `ProviderFailure` when the body is no answer, or holds an error.
    func answer(_ body: ByteBuffer, _ errors: UpstreamErrors) throws(ProviderFailure) -> WholeAnswer

    /// Reads the events of one stream.
    func events(_ errors: UpstreamErrors) -> any StreamEvents

    /// What an error means.
    ///
    /// - Parameter httpStatus: 0 when the error came inside a 200 and carried no status.
    func kind(of error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind
}

extension Dialect {
    var framing: StreamFraming { .serverSentEvents }

    func kind(of error: UpstreamErrorBody, httpStatus: Int) -> ProviderFailure.Kind {
        UpstreamErrorKind.of(error, httpStatus: httpStatus)
    }
}

/// How events follow each other in the body of a stream.
enum StreamFraming: Sendable, Hashable {
    case serverSentEvents
    /// One JSON object a line.
    case lines

    var mediaType: String {
        switch self {
        case .serverSentEvents: "text/event-stream"
        case .lines: "application/x-ndjson"
        }
    }
}

/// An answer that came in one piece, as its server tells it.
struct WholeAnswer: Sendable {
    var parts: [ModelPart]
    var finishReason: FinishReason
    /// nil where the server counts nothing: it is estimated then.
    var usage: Usage?
    /// The server's own id of the answer, where it has one.
    var id = ""
}

/// What the events of one stream say. Pure: an event in, news out.
protocol StreamEvents: Sendable {
    /// Reads one event. `news` is put behind what is in it already. After `.failed` and `.done`
    /// nothing more is read.
    mutating func take(_ event: SSEEvent, _ news: inout [StreamNews])

    /// The server's own id of the answer, as far as it has said it.
    var answerID: String { get }
}

/// What an event of a stream may say.
enum StreamNews: Sendable, Hashable {
    /// Never `.finish`: that one is made of the other news when the stream is over.
    case chunk(Chunk)
    /// The model has stopped: from here on the answer is whole, and only its usage may be missing.
    case stopped(FinishReason)
    /// Counted so far; the last count is the right one.
    case usage(Usage)
    /// The server says that nothing follows.
    case done
    case failed(ProviderFailure)
}
