/// What HTTP asks of the fields of a request (RFC 9113, sections 8.2 and 8.3).
///
/// nghttp2 could check this, but not without refusing a path as `:authority`, which old clients send
/// for a Unix socket. So a server's session leaves it out (`no_http_messaging`) and checks here.
enum RequestRules {
    /// - Returns: what is wrong; nil for a request that is well-formed.
    static func complaint(_ headers: borrowing HeaderBlock) -> String? {
        var pseudo = PseudoFields()
        for index in 0..<headers.count {
            let (name, value) = (headers.name(at: index), headers.value(at: index))
            if let complaint = complaint(name: name, value: value) { return complaint }
            if name.first == UInt8(ascii: ":") {
                if let complaint = pseudo.take(name, value) { return complaint }
            } else {
                pseudo.isOver = true
                if let complaint = connectionComplaint(name, value) { return complaint }
            }
        }
        return pseudo.complaint
    }

    /// What is wrong with the fields after a request's body.
    static func trailerComplaint(_ headers: borrowing HeaderBlock) -> String? {
        for index in 0..<headers.count {
            let (name, value) = (headers.name(at: index), headers.value(at: index))
            if name.first == UInt8(ascii: ":") { return "a pseudo-header field among trailers" }
            let complaint = complaint(name: name, value: value) ?? connectionComplaint(name, value)
            if let complaint { return complaint }
        }
        return nil
    }

    /// The body's length as the request announces it.
    ///
    /// - Returns: nil where it announces none.
    /// - Throws: `Malformed` where it is no number, or two.
    static func contentLength(_ headers: borrowing HeaderBlock) throws(Malformed) -> Int? {
        var length: Int?
        for index in 0..<headers.count where headers.name(at: index).equals("content-length") {
            let value = headers.value(at: index)
            guard !value.isEmpty, value.count <= 18, value.allSatisfy(isDigit) else {
                throw Malformed()
            }
            let number = value.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            if let length, length != number { throw Malformed() }
            length = number
        }
        return length
    }

    struct Malformed: Error {}

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

// MARK: - Fields

extension RequestRules {
    private static func complaint(
        name: ArraySlice<UInt8>, value: ArraySlice<UInt8>
    ) -> String? {
        let bare = name.first == UInt8(ascii: ":") ? name.dropFirst() : name
        guard !bare.isEmpty, bare.allSatisfy({ isToken[Int($0)] }) else {
            return "a field name that is no lower-case token"
        }
        if let first = value.first, isBlank(first) { return "a value that begins with a blank" }
        if let last = value.last, isBlank(last) { return "a value that ends with a blank" }
        // 0x80 and above is for the application to make sense of.
        let isClean = value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        return isClean ? nil : "a control character in a value"
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Lower case only: RFC 9113, section 8.2.1.
    private static let isToken: [Bool] = {
        let signs = Array("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".utf8)
        return (0..<256).map { signs.contains(UInt8($0)) }
    }()

    /// Fields that are about one connection have no meaning in HTTP/2 (section 8.2.2).
    private static func connectionComplaint(
        _ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>
    ) -> String? {
        switch name.first {
        case UInt8(ascii: "c") where name.equals("connection"),
            UInt8(ascii: "k") where name.equals("keep-alive"),
            UInt8(ascii: "p") where name.equals("proxy-connection"),
            UInt8(ascii: "u") where name.equals("upgrade"):
            return "a field of HTTP/1.1 connections"
        case UInt8(ascii: "t"):
            if name.equals("transfer-encoding") { return "a field of HTTP/1.1 connections" }
            guard name.equals("te"), !value.equals("trailers") else { return nil }
            return isTrailers(value) ? nil : "a te other than trailers"
        default: return nil
        }
    }

    /// In any case: it is a token of RFC 9110 (section 10.1.4), whatever HTTP/2 asks of names.
    private static func isTrailers(_ value: ArraySlice<UInt8>) -> Bool {
        value.count == 8 && ArraySlice(value.map { $0 | 0x20 }).equals("trailers")
    }
}

/// The fields that stand for the request line of HTTP/1.1 (section 8.3.1).
private struct PseudoFields {
    /// A regular field has come; none of these may follow.
    var isOver = false
    private var method: ArraySlice<UInt8>?
    private var scheme: ArraySlice<UInt8>?
    private var path: ArraySlice<UInt8>?
    private var authority: ArraySlice<UInt8>?

    mutating func take(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> String? {
        if isOver { return "a pseudo-header field after a regular one" }
        if name.equals(":method") { return Self.set(&method, value) }
        if name.equals(":scheme") { return Self.set(&scheme, value) }
        if name.equals(":path") { return Self.set(&path, value) }
        if name.equals(":authority") { return Self.set(&authority, value) }
        return "a pseudo-header field that requests have not"
    }

    private static func set(
        _ field: inout ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>
    ) -> String? {
        if field != nil { return "a pseudo-header field twice" }
        field = value
        return nil
    }

    var complaint: String? {
        guard let method, !method.isEmpty else { return "no :method" }
        if method.equals("CONNECT") {
            return authority == nil || scheme != nil || path != nil ? "a malformed CONNECT" : nil
        }
        guard let scheme, !scheme.isEmpty else { return "no :scheme" }
        guard let path, !path.isEmpty else { return "no :path" }
        let isRooted = path.first == UInt8(ascii: "/")
        if isRooted || path.equals("*") && method.equals("OPTIONS") { return nil }
        return "a :path without a slash at its front"
    }
}
