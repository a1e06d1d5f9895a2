internal import Glibc

/// Checks a provider's `base_url`: where a key and prompts are sent is not left to chance.
enum BaseURL {
    /// - Returns: what is wrong with it, as a clause; nil when nothing is.
    static func complaint(_ text: String, allowInsecure: Bool) -> String? {
        guard let mark = text.firstRange(of: "://") else {
            return "is \(quoted(text)); write https://host/path"
        }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        // The URL is not shown: it would show the password.
        if authority.contains("@") {
            return "holds a user or password; give keys by api_key_env or api_key_file"
        }
        if text.contains(where: { $0.isControl || $0.isWhitespace })
            || !text.utf8.allSatisfy(isASCII)
        {
            return "is \(quoted(text)); it takes no spaces, and other signs as %XX"
        }
        if rest.contains("?") || rest.contains("#") {
            return "is \(quoted(text)); it ends with the path, without ? and #"
        }
        return complaint(
            scheme: text[..<mark.lowerBound].lowercased(), authority: authority,
            allowInsecure: allowInsecure)
    }

    private static func complaint(
        scheme: String, authority: Substring, allowInsecure: Bool
    ) -> String? {
        switch scheme {
        case "http+unix":
            return socketComplaint(authority)
        case "http", "https":
            guard let host = host(of: authority) else {
                return "has \(quoted(String(authority))) for a host; write host or host:port, "
                    + "the port from 1 to 65535"
            }
            if scheme == "https" || allowInsecure || isLoopback(host) { return nil }
            return "is plain http to \(quoted(host)), which others on the way can read; "
                + "use https, or say allow_insecure: true"
        default:
            return "has the scheme \(quoted(scheme)); it takes https, http or http+unix"
        }
    }

    /// The host of `host`, `host:port`, `[v6]` or `[v6]:port`, without brackets.
    private static func host(of authority: Substring) -> String? {
        var host = authority
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[bracket...].lastIndex(of: ":") {
            let port = authority[authority.index(after: colon)...]
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt16(port), number > 0
            else { return nil }
            host = authority[..<colon]
        }
        if host.first == "[", host.last == "]" {
            let inner = String(host.dropFirst().dropLast())
            return isAddress(inner, AF_INET6) ? inner : nil
        }
        let isName = host.utf8.allSatisfy { isASCII($0) && !":[]%\\".utf8.contains($0) }
        return host.isEmpty || !isName ? nil : host.lowercased()
    }

    private static func isLoopback(_ host: String) -> Bool {
        // Only a whole address counts: 127.0.0.1.example.org is somebody's name.
        host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && isAddress(host, AF_INET)
    }

    private static func isAddress(_ text: String, _ family: CInt) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(family, text, &address) == 1
    }

    private static func socketComplaint(_ authority: Substring) -> String? {
        var bytes = 0
        var rest = authority.utf8[...]
        let isAbsolute = authority.lowercased().hasPrefix("%2f")
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") { rest = rest.dropFirst(2) }
            bytes += 1
        }
        if isAbsolute, (2...107).contains(bytes) { return nil }
        return
            "names a socket of \(bytes) bytes, \(quoted(String(authority))); it takes an absolute "
            + "path of up to 107 bytes with its slashes as %2F: http+unix://%2Frun%2Fx.sock/v1"
    }

    private static func isASCII(_ byte: UInt8) -> Bool {
        byte < 0x80
    }
}
