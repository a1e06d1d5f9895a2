internal import Models
internal import Providers

/// Reads a provider's `headers`.
enum HeaderDecoder {
    /// They carry keys, which the file must not hold.
    private static let secretNames: Set<String> = [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie",
    ]

    /// They belong to the connection or the body, and a second one would break the request.
    private static let ownNames: Set<String> = [
        "host", "connection", "content-length", "content-type", "transfer-encoding", "upgrade",
        "te", "trailer", "keep-alive", "expect", "accept-encoding",
    ]

    static func headers(_ value: ConfigurationValue) -> [ProviderSettings.Header] {
        var seen: Set<String> = []
        return value.entries.compactMap { entry in
            let name = entry.name.lowercased()
            guard isAllowed(name, entry), let text = entry.value.printable(bytesMax: 4096) else {
                return nil
            }
            guard seen.insert(name).inserted else {
                report(entry, "is given twice; case does not matter in a header's name")
                return nil
            }
            return ProviderSettings.Header(name: entry.name, value: Secret(text))
        }
    }

    /// The header that a key is sent in.
    static func keyHeader(_ value: ConfigurationValue) -> String? {
        guard let name = value.printable(bytesMax: 128)?.lowercased() else { return nil }
        if isToken(name), !ownNames.contains(name) { return name }
        value.fail("is \(quoted(name)); write the name of a header that takes a key: x-api-key")
        return nil
    }

    private static func isAllowed(_ name: String, _ entry: ConfigurationValue.Entry) -> Bool {
        if !isToken(name) {
            report(entry, "is no header name (RFC 9110, 5.6.2)")
        } else if secretNames.contains(name) {
            report(
                entry, "carries a key; give it by api_key_env, api_key_file or api_key_credential")
        } else if ownNames.contains(name) {
            report(entry, "is set by the daemon itself; take it out")
        } else {
            return true
        }
        return false
    }

    private static func report(_ entry: ConfigurationValue.Entry, _ message: String) {
        entry.value.findings.report("header \(quoted(entry.name)) \(message)", at: entry.mark)
    }

    private static func isToken(_ name: String) -> Bool {
        let signs = "!#$%&'*+-.^_`|~".utf8
        return (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
                    || signs.contains(byte)
            }
    }
}
