import Decoding
import Models
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An answer that is not the one asked for: its status, its headers and as much of its body as is
/// read of errors.
struct ErrorAnswer {
    let status: Int
    let headers: HTTPHeaders
    let mediaType: String
    let body: ByteBuffer
    /// False when there was more of the body than was read.
    let isWhole: Bool

    func failure(
        _ dialect: some Dialect, _ errors: UpstreamErrors, wallNow: Date
    ) -> ProviderFailure {
        let error = decodedError
        var failure = errors.failure(
            kind(error, dialect), "\(errors.provider) answered \(words(error))")
        if failure.kind.isRetryable {
            failure.retryAfter =
                RetryAfter.read(headers, wallNow: wallNow)
                ?? RetryAfter.read(details: error?.details ?? [])
        }
        return failure
    }

    private func kind(
        _ error: UpstreamErrorBody?, _ dialect: some Dialect
    ) -> ProviderFailure.Kind {
        // A 2xx that was not what was asked for, and a redirect, which is never followed: it would
        // carry the key to wherever it points.
        if status < 400 {
            return error.map { dialect.kind(of: $0, httpStatus: $0.status) } ?? .malformed
        }
        return dialect.kind(of: error ?? UpstreamErrorBody(), httpStatus: status)
    }

    private func words(_ error: UpstreamErrorBody?) -> String {
        if let error, !error.message.isEmpty { return "\(status): \(error.message)" }
        if (300..<400).contains(status) { return "\(status), a redirect; these are not followed" }
        if body.readableBytes == 0 { return "\(status) without a body" }
        let count = (isWhole ? "" : "more than ") + body.readableBytes.shown
        return "\(status) with \(count) bytes of \(mediaType.isEmpty ? "no type" : mediaType)"
    }

    /// The error in the body, in the shapes that servers give it: inside `error`, at the top, or
    /// either of them as the one element of a list.
    private var decodedError: UpstreamErrorBody? {
        let bytes = body.readableBytesUInt8Span
        let wrapped =
            (try? JSONText.decode(Wrapped.self, from: bytes))
            ?? (try? JSONText.decode([Wrapped].self, from: bytes))?.first
        if let error = wrapped?.error { return error }
        guard let bare = try? JSONText.decode(UpstreamErrorBody.self, from: bytes),
            !bare.message.isEmpty
        else { return nil }
        return bare
    }

    private struct Wrapped: JSONReadable {
        var error: UpstreamErrorBody?

        init(json: JSONPlace) throws {
            error = try JSONObject(json: json).optional("error")
        }
    }
}
