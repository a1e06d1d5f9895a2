import AsyncHTTPClient
import Clocks
import Logging
import Models
import NIOCore
import NIOHTTP1

/// One server: where it is, how it is spoken to, and the sending.
final class Upstream<D: Dialect>: Sendable {
    let dialect: D
    let limits: ProviderLimits
    let time: any TimeSource
    let errors: UpstreamErrors
    private let forms: RequestForms
    private let client: HTTPClient
    private let logger: Logger

    init(
        _ settings: ProviderSettings, client: HTTPClient, time: any TimeSource, logger: Logger
    ) throws(ProviderSettingsError) {
        let address = try Self.address(settings)
        dialect = D(settings, host: address.host)
        forms = RequestForms(
            base: address.base, headers: try Self.headers(settings, dialect),
            streamType: dialect.framing.mediaType)
        limits = settings.limits
        let secrets = settings.headers.map(\.value) + (settings.apiKey.map { [$0] } ?? [])
        errors = UpstreamErrors(
            provider: settings.name, place: address.place, redactor: Redactor(secrets: secrets))
        self.client = client
        self.time = time
        self.logger = logger
    }

    /// Sends a request and returns at the head of a 2xx answer.
    ///
    /// - Parameter traceparent: nil to send none.
    /// - Throws: `ProviderFailure` for every other answer and for none; `CancellationError`.
    func send(
        _ request: ModelRequest, to target: Target, streams: Bool, traceparent: String?
    ) async throws -> AnswerHead {
        let exchange = try begin(request, to: target, streams: streams, traceparent)
        let head = answered(try await self.head(of: exchange), exchange)
        if !(200..<300).contains(head.errors.httpStatus) {
            throw await head.failure(bytesMax: limits.errorBytesMax, dialect)
        }
        return head
    }

    private func head(of exchange: Exchange) async throws -> HTTPResponseHead {
        do {
            return try await exchange.head()
        } catch {
            throw failure(of: error, errors)
        }
    }

    // Apart from the async function, as is the next one: its frame, which lives as long as the call,
    // would have room for all that is done here.
    @inline(never)
    private func begin(
        _ request: ModelRequest, to target: Target, streams: Bool, _ traceparent: String?
    ) throws -> Exchange {
        let body = try body(request, to: target, streams: streams)
        do {
            var outgoing = try forms.request(
                to: dialect.path(to: target, streams: streams), streams: streams)
            if let traceparent {
                outgoing.headers.replaceOrAdd(name: "traceparent", value: traceparent)
            }
            outgoing.body = .byteBuffer(body)
            return Exchange(outgoing, by: client)
        } catch {
            throw failure(of: error, errors)
        }
    }

    @inline(never)
    private func answered(_ response: HTTPResponseHead, _ exchange: Exchange) -> AnswerHead {
        let head = AnswerHead(response, body: exchange, errors: errors)
        logger.debug(
            "upstream answered",
            metadata: [
                "provider": "\(errors.provider)", "status": "\(response.status.code)",
                "upstream_request": "\(head.errors.requestID)",
            ])
        return head
    }

    private func body(
        _ request: ModelRequest, to target: Target, streams: Bool
    ) throws -> ByteBuffer {
        do {
            return try dialect.body(request, to: target, streams: streams)
        } catch {
            throw errors.failure(error.isOfTarget ? .incapable : .badRequest, error.message)
        }
    }

    private static func address(
        _ settings: ProviderSettings
    ) throws(ProviderSettingsError) -> UpstreamAddress {
        do {
            return try UpstreamAddress(
                settings.baseURL ?? D.usualBaseURL,
                allowPlainHTTP: settings.allowPlainHTTP)
        } catch {
            throw ProviderSettingsError(provider: settings.name, message: error.message)
        }
    }

    private static func headers(
        _ settings: ProviderSettings, _ dialect: D
    ) throws(ProviderSettingsError) -> HTTPHeaders {
        var headers: HTTPHeaders = ["content-type": "application/json", "user-agent": "laneway"]
        for header in dialect.headers(apiKey: settings.apiKey) + settings.headers {
            // Before it is added: the header type of SwiftNIO traps on a name that is not ASCII.
            try check(header.name, header.value, settings)
            headers.replaceOrAdd(name: header.name, value: header.value.reveal())
        }
        return headers
    }
}

/// Refuses a header here, where it can be said what is wrong: sent, each call would fail.
private func check(
    _ name: String, _ value: Secret, _ settings: ProviderSettings
) throws(ProviderSettingsError) {
    if isSendable(name: name, value: value.reveal()) { return }
    throw ProviderSettingsError(
        provider: settings.name,
        message: "header \(Redactor.token(name)) cannot be sent: its name or its value "
            + "(\(value.reveal().utf8.count) bytes) holds a control character, such as a line end, "
            + "or the name is not plain ASCII")
}

/// A header's name is a token, and its value has no control characters but the tab
/// (RFC 9110, section 5).
private func isSendable(name: String, value: String) -> Bool {
    let marks = "!#$%&'*+-.^_`|~".utf8
    let isToken = name.utf8.allSatisfy { byte in
        marks.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
    return !name.isEmpty && isToken
        && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
}

/// What a transport error means: the caller's own cancellation, or an upstream out of reach.
func failure(of error: any Error, _ errors: UpstreamErrors) -> any Error {
    if Task.isCancelled || error is CancellationError { return CancellationError() }
    if let failure = error as? ProviderFailure { return failure }
    if error is HTTPParserError { return errors.broken("sent what is not HTTP: \(error)") }
    var failure = errors.unreachable(TransportReason.describe(error))
    failure.isOfHost = HostShortage.isCause(of: error)
    return failure
}

/// Words for the errors of the HTTP client.
enum TransportReason {
    static func describe(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return words(error) }
        return "\(error)"
    }

    private static func words(_ error: HTTPClientError) -> String {
        switch error {
        case .remoteConnectionClosed: "the connection was closed before the answer was whole"
        case .connectTimeout: "no connection within 10 s"
        case .tlsHandshakeTimeout: "no TLS handshake within 10 s"
        default: error.shortDescription
        }
    }
}
