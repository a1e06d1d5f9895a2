/// What HTTP asks of the fields of a request (RFC 9113, sections 8.2 and 8.3).
///
/// nghttp2 could check this, but not without refusing a path as `:authority`, which old clients send
/// for a Unix socket. So a server's session leaves it out (`no_http_messaging`) and checks here.
enum RequestRules {
    /// - Returns: what is wrong; nil for a request that is well-formed.
    static func complaint(_ headers: borrowing HeaderBlock) -> String? {
        var pseudo = PseudoFields()
        for index in 0..<headers.count {
            let known = headers.known(at: index)
            let complaint =
                headers.withField(index) { self.complaint(known, $0, $1) }
                ?? pseudo.take(known, at: index)
            if let complaint { return complaint }
        }
        return pseudo.complaint(headers)
    }

    /// What is wrong with the fields after a request's body.
    static func trailerComplaint(_ headers: borrowing HeaderBlock) -> String? {
        for index in 0..<headers.count {
            let known = headers.known(at: index)
            if known.isPseudo { return "a pseudo-header field among trailers" }
            let complaint = headers.withField(index) { self.complaint(known, $0, $1) }
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
        for index in 0..<headers.count where headers.known(at: index) == .contentLength {
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
        _ known: FieldName, _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) -> String? {
        // The names that are known are tokens.
        switch known {
        case .connection: return "a field of HTTP/1.1 connections"
        case .te: if !isTrailers(value) { return "a te other than trailers" }
        case .own, .grpcOther, .pseudoOther:
            let bare = known == .pseudoOther ? name.dropFirst() : name[...]
            guard !bare.isEmpty, bare.allSatisfy({ isToken[Int($0)] }) else {
                return "a field name that is no lower-case token"
            }
        case .method, .path, .scheme, .authority, .contentType, .contentLength, .userAgent,
            .grpcTimeout, .grpcEncoding, .grpcAcceptEncoding:
            break
        }
        return complaint(value)
    }

    private static func complaint(_ value: UnsafeBufferPointer<UInt8>) -> String? {
        guard let first = value.first, let last = value.last else { return nil }
        if isBlank(first) { return "a value that begins with a blank" }
        if isBlank(last) { return "a value that ends with a blank" }
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

    /// In any case: it is a token of RFC 9110 (section 10.1.4), whatever HTTP/2 asks of names.
    private static func isTrailers(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        value.is("trailers") || value.count == 8 && value.map { $0 | 0x20 }[...].equals("trailers")
    }
}

/// The fields that stand for the request line of HTTP/1.1 (section 8.3.1).
private struct PseudoFields {
    /// A regular field has come; none of these may follow.
    private var isOver = false
    private var method: Int?
    private var scheme: Int?
    private var path: Int?
    private var authority: Int?

    /// - Parameter index: where the field is in its block.
    mutating func take(_ known: FieldName, at index: Int) -> String? {
        guard known.isPseudo else {
            isOver = true
            return nil
        }
        if isOver { return "a pseudo-header field after a regular one" }
        switch known {
        case .method: return Self.set(&method, index)
        case .scheme: return Self.set(&scheme, index)
        case .path: return Self.set(&path, index)
        case .authority: return Self.set(&authority, index)
        default: return "a pseudo-header field that requests have not"
        }
    }

    private static func set(_ field: inout Int?, _ index: Int) -> String? {
        if field != nil { return "a pseudo-header field twice" }
        field = index
        return nil
    }

    func complaint(_ headers: borrowing HeaderBlock) -> String? {
        guard let method, !headers.value(at: method).isEmpty else { return "no :method" }
        if headers.value(at: method).equals("CONNECT") {
            return authority == nil || scheme != nil || path != nil ? "a malformed CONNECT" : nil
        }
        guard let scheme, !headers.value(at: scheme).isEmpty else { return "no :scheme" }
        guard let path, !headers.value(at: path).isEmpty else { return "no :path" }
        if headers.value(at: path).first == UInt8(ascii: "/") { return nil }
        let asksOptions =
            headers.value(at: path).equals("*") && headers.value(at: method).equals("OPTIONS")
        return asksOptions ? nil : "a :path without a slash at its front"
    }
}
