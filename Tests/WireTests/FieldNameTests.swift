import Testing

@testable import Wire

@Suite struct FieldNameTests {
    private static func known(_ name: String) -> FieldName {
        var block = HeaderBlock()
        block.append(name: name, value: "x")
        return block.known(at: 0)
    }

    @Test(arguments: [
        (":method", FieldName.method), (":path", .path), (":scheme", .scheme),
        (":authority", .authority), (":status", .pseudoOther), (":", .pseudoOther),
        ("content-type", .contentType), ("content-length", .contentLength), ("te", .te),
        ("user-agent", .userAgent), ("grpc-timeout", .grpcTimeout),
        ("grpc-encoding", .grpcEncoding), ("grpc-accept-encoding", .grpcAcceptEncoding),
        ("grpc-", .grpcOther), ("grpc-status", .grpcOther), ("grpc-trace-bin", .grpcOther),
        ("connection", .connection), ("keep-alive", .connection),
        ("proxy-connection", .connection), ("transfer-encoding", .connection),
        ("upgrade", .connection), ("", .own), ("laneway-caller-id", .own), ("traceparent", .own),
    ])
    func `each name is told from the others`(name: String, known: FieldName) {
        #expect(Self.known(name) == known)
    }

    /// A name is known by its length and its bytes: neither a beginning nor a neighbour of one is.
    @Test(arguments: [
        ":method", ":path", ":scheme", ":authority", "content-type", "content-length", "te",
        "user-agent", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding", "connection",
        "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ])
    func `what is nearly a name is another`(name: String) {
        let known = Self.known(name)
        #expect(Self.known(String(name.dropLast())) != known)
        #expect(Self.known(name + "x") != known)
        for place in name.indices where name[place] != ":" {
            var other = name
            other.replaceSubrange(place...place, with: "~")
            #expect(Self.known(other) != known, "\(other)")
        }
    }

    @Test func `a field that is taken over from another block keeps what it is`() {
        var block = HeaderBlock()
        block.append(name: ":path", value: "/a")
        block.append(name: "te", value: "trailers")
        var other = HeaderBlock()
        other.append(1, of: block)
        #expect(other.known(at: 0) == .te)
        #expect(other.text("te") == "trailers")
        #expect(other.listSize == 42)
    }

    @Test func `of fields with one name the last is found`() {
        var block = HeaderBlock()
        for value in ["1", "2"] { block.append(name: "content-type", value: value) }
        #expect(block.last(.contentType).map(Array.init) == Array("2".utf8))
        #expect(block.last(.te) == nil)
    }
}
