import AsyncHTTPClient
import NIOHTTP1
import Synchronization

/// Requests to one server without their bodies, as they were made before: taking a URL apart costs
/// more than the rest of a request.
final class RequestForms: Sendable {
    private struct Place: Hashable {
        var path: String
        var streams: Bool
    }

    /// Paths may hold the names of models, which callers choose.
    private static let formsMax = 256

    private let base: String
    private let headers: HTTPHeaders
    /// What a stream's answer is to be.
    private let streamType: String
    private let forms = Mutex<[Place: HTTPClient.Request]>([:])

    init(base: String, headers: HTTPHeaders, streamType: String) {
        self.base = base
        self.headers = headers
        self.streamType = streamType
    }

    /// - Throws: `HTTPClientError` where base and path are no URL.
    func request(to path: String, streams: Bool) throws -> HTTPClient.Request {
        let place = Place(path: path, streams: streams)
        if let known = forms.withLock({ $0[place] }) { return known }
        let made = try make(place)
        forms.withLock { forms in
            if forms.count >= Self.formsMax { forms.removeAll() }
            forms[place] = made
        }
        return made
    }

    private func make(_ place: Place) throws -> HTTPClient.Request {
        var headers = headers
        headers.replaceOrAdd(
            name: "accept", value: place.streams ? streamType : "application/json")
        // Packing a stream of tokens would only hold them up.
        headers.replaceOrAdd(name: "accept-encoding", value: place.streams ? "identity" : "gzip")
        return try HTTPClient.Request(url: base + place.path, method: .POST, headers: headers)
    }
}
