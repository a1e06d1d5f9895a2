/// Where an upstream is, read strictly from a base URL of the configuration.
struct UpstreamAddress: Sendable, Hashable {
    /// The base without a slash at its end, ready for a path to be put behind it.
    var base: String
    /// For messages: `host:port` or the socket's path.
    var place: String
    /// The host alone, lower case; empty for a Unix socket.
    var host: String

    struct Refused: Error, Hashable {
        var message: String
    }

    init(_ text: String, allowPlainHTTP: Bool) throws(Refused) {
        guard let mark = text.firstRange(of: "://") else {
            throw Refused(message: "base_url has no scheme; write https://host/v1")
        }
        let scheme = text[..<mark.lowerBound].lowercased()
        let rest = text[mark.upperBound...]
        if rest.contains("?") || rest.contains("#") {
            throw Refused(message: "base_url must end with its path, without ? and #")
        }
        let authority = rest.prefix { $0 != "/" }
        // Not quoted in the message: it would print a password.
        if authority.contains("@") {
            throw Refused(message: "base_url holds a user or password; use api_key_env or headers")
        }
        if authority.isEmpty { throw Refused(message: "base_url \(text) names no host") }
        base = String(text.reversed().drop { $0 == "/" }.reversed())
        switch scheme {
        case "https": (host, place) = Self.hostAndPlace(authority, port: "443")
        case "http": (host, place) = Self.hostAndPlace(authority, port: "80")
        case "http+unix": (host, place) = ("", try Self.socketPath(authority))
        default:
            throw Refused(
                message: "base_url has the scheme \(scheme); it takes https, http and http+unix")
        }
        if scheme == "http", !allowPlainHTTP, !Self.isLoopback(host) {
            throw Refused(
                message: "base_url is plain http to \(host), which others can read; "
                    + "use https, or say allow_insecure: true")
        }
    }

    private static func hostAndPlace(
        _ authority: Substring, port: String
    ) -> (host: String, place: String) {
        var host = authority
        // A bracketed IPv6 address has colons of its own; only one behind the bracket is a port's.
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[bracket...].lastIndex(of: ":") {
            host = authority[..<colon]
            return (host.lowercased(), authority.lowercased())
        }
        return (host.lowercased(), "\(host.lowercased()):\(port)")
    }

    private static func socketPath(_ authority: Substring) throws(Refused) -> String {
        let path = decodePercent(authority)
        // sockaddr_un holds 108 bytes with the closing NUL.
        guard path.hasPrefix("/"), path.utf8.count <= 107 else {
            throw Refused(
                message: "base_url names the socket \(path); it takes an absolute path of at most "
                    + "107 bytes with its slashes written %2F: http+unix://%2Frun%2Fllama.sock/v1")
        }
        return path
    }

    private static func decodePercent(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "[::1]"
            || host.hasPrefix("127.")
                && host.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    }
}
