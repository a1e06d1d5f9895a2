import NIOHTTP1
import Packing

/// How the body of an answer is packed (RFC 9110, section 8.4).
enum ContentCoding: Sendable, Hashable {
    case plain
    case packed(Inflater.Format)
    /// One that is not read here, or more than one, as the server calls it.
    case unknown(String)

    init(_ headers: HTTPHeaders) {
        let names = headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
            .filter { !$0.isEmpty && $0 != "identity" }
        switch names {
        case []: self = .plain
        // The old name of the same thing, which servers may still use.
        case ["gzip"], ["x-gzip"]: self = .packed(.gzip)
        case ["deflate"]: self = .packed(.deflate)
        default: self = .unknown(headers["content-encoding"].joined(separator: ", "))
        }
    }
}
