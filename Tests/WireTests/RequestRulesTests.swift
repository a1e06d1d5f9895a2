import Testing

@testable import Wire

/// RFC 9113, sections 8.1 to 8.3, rule by rule and both ways: nghttp2 does not check them for us.
@Suite struct RequestRulesTests {
    typealias Field = (String, String)

    private static let method: Field = (":method", "POST")
    private static let scheme: Field = (":scheme", "http")
    private static let path: Field = (":path", "/a.B/C")
    private static let authority: Field = (":authority", "localhost")
    private static let pseudo = [method, scheme, path, authority]
    private static let rest: [Field] = [("te", "trailers"), ("content-type", "application/grpc")]
    private static let good = pseudo + rest

    private static func block(_ fields: [Field]) -> HeaderBlock {
        var block = HeaderBlock()
        for (name, value) in fields { block.append(name: name, value: value) }
        return block
    }

    private static func complaint(_ fields: [Field]) -> String? {
        RequestRules.complaint(block(fields))
    }

    private static func complaint(adding name: String, _ value: String = "x") -> String? {
        complaint(good + [(name, value)])
    }

    private static func changed(_ name: String, to value: String?) -> [Field] {
        good.compactMap { field in
            guard field.0 == name else { return field }
            return value.map { (name, $0) }
        }
    }

    @Test func `a request as clients send it is well-formed`() {
        #expect(Self.complaint(Self.good) == nil)
    }
}

// MARK: - Names and values (section 8.2.1)

extension RequestRulesTests {
    @Test func `a name is a token in lower case, sign by sign`() {
        let signs = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
        for byte in UInt8(0)...0x7F {
            let sign = String(UnicodeScalar(byte))
            let isToken = signs.contains(sign)
            #expect((Self.complaint(adding: "x\(sign)y") == nil) == isToken, "sign \(byte)")
            #expect((Self.complaint(adding: "x\(sign)") == nil) == isToken, "last \(byte)")
        }
    }

    @Test func `a name holds nothing above 0x7F`() {
        for byte in UInt8(0x80)...0xFF {
            var block = Self.block(Self.good)
            let name = [UInt8(ascii: "x"), byte]
            unsafe name.withUnsafeBufferPointer { name in
                unsafe block.append(name: name, value: UnsafeBufferPointer(start: nil, count: 0))
            }
            #expect(RequestRules.complaint(block) != nil, "byte \(byte)")
        }
    }

    @Test(arguments: ["", ":", "X", "x y", ":x y", "::path"])
    func `what is no name is malformed`(name: String) {
        #expect(Self.complaint(adding: name) != nil)
        #expect(RequestRules.trailerComplaint(Self.block([(name, "x")])) != nil)
    }

    @Test func `a value holds no control characters but a tab inside, byte by byte`() {
        for byte in UInt8.min...UInt8.max {
            var block = Self.block(Self.good)
            block.append(name: "x", value: [UInt8(ascii: "a"), byte, UInt8(ascii: "b")])
            let isFine = byte >= 0x20 && byte != 0x7F || byte == 0x09
            #expect((RequestRules.complaint(block) == nil) == isFine, "byte \(byte)")
        }
    }

    @Test(arguments: [" a", "a ", "\ta", "a\t", " ", "\t"])
    func `a value begins and ends with no blank`(value: String) {
        #expect(Self.complaint(adding: "x", value) != nil)
        #expect(RequestRules.trailerComplaint(Self.block([("x", value)])) != nil)
    }

    @Test(arguments: ["", "a", "a b", "a\tb", "grüße"])
    func `other values are taken`(value: String) {
        #expect(Self.complaint(adding: "x", value) == nil)
        #expect(RequestRules.trailerComplaint(Self.block([("x", value)])) == nil)
    }

    @Test func `the values of pseudo-header fields keep the rules of values`() {
        #expect(Self.complaint(Self.changed(":path", to: "/a\n")) != nil)
        #expect(Self.complaint(Self.changed(":authority", to: " a")) != nil)
    }
}

// MARK: - Connection-specific fields (section 8.2.2)

extension RequestRulesTests {
    @Test(arguments: [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ])
    func `a field about the connection is malformed`(name: String) {
        #expect(Self.complaint(adding: name) != nil)
        #expect(RequestRules.trailerComplaint(Self.block([(name, "x")])) != nil)
    }

    @Test(arguments: [
        "connections", "keep-alived", "proxy", "transfer-encodings", "upgraded", "ted", "t",
        "cookie",
    ])
    func `a field that only begins like one is taken`(name: String) {
        #expect(Self.complaint(adding: name) == nil)
    }

    @Test(arguments: ["gzip", "trailers, deflate", "trailers;q=1", ""])
    func `te says trailers or is malformed`(value: String) {
        #expect(Self.complaint(Self.pseudo + [("te", value)]) != nil)
    }

    @Test(arguments: ["trailers", "Trailers"])
    func `te that says trailers is taken`(value: String) {
        #expect(Self.complaint(Self.pseudo + [("te", value)]) == nil)
    }
}

// MARK: - Pseudo-header fields (sections 8.3 and 8.3.1)

extension RequestRulesTests {
    @Test func `pseudo-header fields come in any order`() {
        #expect(Self.complaint(Self.pseudo.reversed() + Self.rest) == nil)
    }

    @Test func `none of them comes after a regular field`() {
        for index in Self.pseudo.indices {
            var fields = Self.good
            fields.append(fields.remove(at: index))
            #expect(Self.complaint(fields) == "a pseudo-header field after a regular one")
        }
    }

    @Test func `none of them comes twice`() {
        for field in Self.pseudo {
            let complaint = Self.complaint(Self.pseudo + [field] + Self.rest)
            #expect(complaint == "a pseudo-header field twice")
        }
    }

    @Test(arguments: [":status", ":protocol", ":x", ":Path"])
    func `one that requests have not is malformed`(name: String) {
        #expect(Self.complaint(Self.pseudo + [(name, "x")] + Self.rest) != nil)
    }

    @Test(arguments: [":method", ":scheme", ":path"])
    func `three of them have to be there, and not empty`(name: String) {
        #expect(Self.complaint(Self.changed(name, to: nil)) == "no \(name)")
        #expect(Self.complaint(Self.changed(name, to: "")) == "no \(name)")
    }

    @Test(arguments: [nil, "", "localhost", "localhost:80", "run%2Fx.sock", "/run/x.sock"])
    func `the authority may be anything that clients make of a socket, or missing`(
        authority: String?
    ) {
        #expect(Self.complaint(Self.changed(":authority", to: authority)) == nil)
    }

    @Test(arguments: [
        ("/", "POST", true), ("/a", "GET", true), ("a", "POST", false), ("*", "OPTIONS", true),
        ("*", "POST", false), ("**", "OPTIONS", false), ("http://x/a", "POST", false),
    ])
    func `a path begins with a slash, or is the asterisk of OPTIONS`(
        path: String, method: String, isFine: Bool
    ) {
        let fields: [Field] = [(":method", method), Self.scheme, (":path", path)]
        #expect((Self.complaint(fields) == nil) == isFine)
    }

    @Test func `CONNECT has an authority and neither scheme nor path`() {
        let connect: Field = (":method", "CONNECT")
        #expect(Self.complaint([connect, Self.authority]) == nil)
        #expect(Self.complaint([connect]) != nil)
        #expect(Self.complaint([connect, Self.authority, Self.scheme]) != nil)
        #expect(Self.complaint([connect, Self.authority, Self.path]) != nil)
    }

    @Test func `no field at all is no request`() {
        #expect(Self.complaint([]) != nil)
    }
}

// MARK: - Trailers and content-length (sections 8.1 and 8.1.1)

extension RequestRulesTests {
    @Test(arguments: [":path", ":status", ":x"])
    func `trailers have no pseudo-header fields`(name: String) {
        #expect(RequestRules.trailerComplaint(Self.block([("a", "b"), (name, "x")])) != nil)
    }

    @Test func `trailers of no fields, or of regular ones, are well-formed`() {
        #expect(RequestRules.trailerComplaint(Self.block([])) == nil)
        #expect(RequestRules.trailerComplaint(Self.block([("a", "b"), ("c-bin", "d")])) == nil)
    }

    private static func length(_ values: String...) throws -> Int? {
        try RequestRules.contentLength(block(good + values.map { ("content-length", $0) }))
    }

    @Test func `a content-length is a number, once or the same again`() throws {
        #expect(try Self.length() == nil)
        #expect(try Self.length("0") == 0)
        #expect(try Self.length("007") == 7)
        #expect(try Self.length("999999999999999999") == 999_999_999_999_999_999)
        #expect(try Self.length("5", "5") == 5)
    }

    @Test(arguments: ["", "x", "-1", "+1", "1.0", "1 ", "0x1", "5,5", "1000000000000000000"])
    func `another content-length is malformed`(value: String) {
        #expect(throws: RequestRules.Malformed.self) { try Self.length(value) }
    }

    @Test func `two content-lengths that differ are malformed`() {
        #expect(throws: RequestRules.Malformed.self) { try Self.length("5", "6") }
    }
}
