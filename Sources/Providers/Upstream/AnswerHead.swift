import Models
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The head of an answer with its body still to come. Dropping it closes upstream.
struct AnswerHead {
    /// These know the status and the request id.
    private(set) var errors: UpstreamErrors
    private let exchange: Exchange
    private let coding: ContentCoding
    private let status: HTTPResponseStatus
    private let headers: HTTPHeaders

    /// What providers call it.
    private static let requestIDs = ["x-request-id", "request-id"]

    init(_ response: HTTPResponseHead, body exchange: Exchange, errors: UpstreamErrors) {
        self.errors = errors
        self.errors.httpStatus = Int(response.status.code)
        let id = Self.requestIDs.lazy.compactMap { response.headers.first(name: $0) }.first
        self.errors.requestID = errors.redactor.requestID(id ?? "")
        self.exchange = exchange
        coding = ContentCoding(response.headers)
        status = response.status
        headers = response.headers
    }

    /// Lower case, without parameters; empty when the server sent none.
    var mediaType: String {
        let field = headers.first(name: "content-type") ?? ""
        // As nearly all servers send it.
        if field == "application/json" || field == "text/event-stream" { return field }
        return field.prefix { $0 != ";" && $0 != "," }.lowercased()
            .trimmingPrefix { $0 == " " }.split(separator: " ").first.map(String.init) ?? ""
    }

    /// Until when the rate limit is used up that this good answer tells of.
    var backOff: Duration? { RetryAfter.usedUp(headers, wallNow: Date()) }

    /// Refuses a 2xx whose body is not of the type asked for, or cannot be unpacked.
    func expect(
        mediaType expected: String, bytesMax: Int, _ dialect: some Dialect
    ) async throws {
        if case .unknown(let coding) = coding {
            throw errors.broken("answered in the content coding \(coding), which was not offered")
        }
        let found = mediaType
        if found.isEmpty || found == expected { return }
        throw await failure(bytesMax: bytesMax, dialect)
    }

    /// The body, to be read once.
    func openBody() -> AnswerBody { AnswerBody(exchange, coding) }

    /// The whole body.
    ///
    /// - Throws: `ProviderFailure` when it is longer than `bytesMax` or breaks off.
    func collect(bytesMax: Int) async throws -> ByteBuffer {
        let (bytes, isWhole) = try await read(bytesMax: bytesMax)
        if isWhole { return bytes }
        throw errors.broken(
            "answered with more than \(bytesMax.shown) bytes; that is the limit")
    }

    /// What this answer means when it is not the one asked for. Reads its body for the message.
    func failure(bytesMax: Int, _ dialect: some Dialect) async -> any Error {
        let read: (bytes: ByteBuffer, isWhole: Bool)
        do {
            read = try await self.read(bytesMax: bytesMax)
        } catch {
            if error is CancellationError { return error }
            read = (ByteBuffer(), false)
        }
        return ErrorAnswer(
            status: Int(status.code), headers: headers, mediaType: mediaType, body: read.bytes,
            isWhole: read.isWhole
        ).failure(dialect, errors, wallNow: Date())
    }

    /// At most `bytesMax` bytes of the body, and whether that was all.
    private func read(bytesMax: Int) async throws -> (ByteBuffer, isWhole: Bool) {
        var whole = ByteBuffer()
        var body = openBody()
        do {
            while var part = try await body.next() {
                let room = bytesMax - whole.readableBytes
                if part.readableBytes > room {
                    if var rest = part.readSlice(length: room) { whole.writeBuffer(&rest) }
                    return (whole, false)
                }
                if whole.readableBytes == 0 { whole = part } else { whole.writeBuffer(&part) }
            }
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            throw errors.broken(
                "broke off its answer after \(whole.readableBytes.shown) bytes: "
                    + TransportReason.describe(error))
        }
        try Task.checkCancellation()
        return (whole, true)
    }
}
