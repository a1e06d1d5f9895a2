import HandFrames
import Messages
import Testing
import Wire

@testable import RPC

/// Requests no well-behaved client sends, and what they get (`wire.md` is the list).
@Suite struct RawRequestTests {
    private static func echo(_ settings: ServerSettings = ServerSettings()) throws -> RawClient {
        try RawClient(
            [Kinds.unary { (text, _) async throws(RPCFailure) in text }], settings: settings)
    }

    private static func message(_ text: String, flag: UInt8 = 0) -> [UInt8] {
        let body = TextPart(text: text).encoded()
        return [flag] + bigEndian(UInt32(body.count)) + body
    }

    private static func call(_ body: [UInt8], end: Bool = true) throws -> RawAnswer {
        let client = try echo()
        client.write(
            Frames.request(1, Kinds.path, end: false) + Frames.data(1, body, end: end))
        #expect(client.failure == nil)
        // Whatever the first call came to, the connection lives on.
        client.write(Frames.request(3, Kinds.path) + Frames.data(3, message("ok"), end: true))
        let answers = try client.answers(2)
        #expect(answers[1]["grpc-status"] == "0")
        #expect(answers[1].body == message("ok"))
        return answers[0]
    }

    @Test func `a call split over frames at every offset gets the same answer`() throws {
        let body = Self.message("hello")
        for offset in 0...body.count {
            let client = try Self.echo()
            client.write(Frames.request(1, Kinds.path) + Frames.data(1, Array(body[..<offset])))
            client.write(Frames.data(1, Array(body[offset...]), end: true))
            let answer = try client.answer()
            #expect(answer.body == body)
            #expect(answer.headerBlocks == 2)
            #expect(answer["grpc-status"] == "0")
        }
    }

    @Test(arguments: [
        ("none", [UInt8]()), ("half a prefix", [0, 0]), ("half a message", [0, 0, 0, 0, 9, 1]),
        ("two", message("a") + message("b")), ("garbage", [0, 0, 0, 0, 2, 0xFF, 0xFF]),
        ("compressed", message("a", flag: 1)), ("bad flag", message("a", flag: 3)),
    ])
    func `a request that is not one message is INTERNAL`(what: String, body: [UInt8]) throws {
        let answer = try Self.call(body)
        #expect(answer["grpc-status"] == "13", "\(what)")
        #expect(answer["grpc-message"]?.isEmpty == false)
        #expect(answer.headerBlocks == 1, "trailers-only")
        #expect(answer.hasEnded)
    }

    @Test func `END_STREAM on the headers is a request without a message`() throws {
        let client = try Self.echo()
        client.write(Frames.request(1, Kinds.path, end: true))
        #expect(try client.answer()["grpc-status"] == "13")
    }

    @Test func `a message too large is refused on its prefix`() throws {
        let answer = try Self.call([0] + bigEndian(4 * 1_024 * 1_024 + 1), end: false)
        #expect(answer["grpc-status"] == "8")
        #expect(answer["grpc-message"]?.contains("4194305") == true)
        #expect(answer.hasEnded)
    }

    @Test(arguments: [
        ("/laneway.test.Kinds/Other", "is no method of its service"),
        ("/laneway.test.Other/Call", "unknown service"), ("/laneway.test.kinds/Call", "unknown"),
        ("/", "is no method path"), ("/x", "is no method path"),
        ("/laneway.test.Kinds/Call/", "unknown"),
    ])
    func `an unknown method is UNIMPLEMENTED, trailers-only`(path: String, says: String) throws {
        let client = try Self.echo()
        client.write(Frames.request(1, path))
        let answer = try client.answer()
        #expect(answer[":status"] == "200")
        #expect(answer["grpc-status"] == "12")
        #expect(answer["grpc-message"]?.contains(says) == true)
        #expect(answer.headerBlocks == 1)
    }

    @Test(arguments: [
        ("GET", "application/grpc", "405"), ("PUT", "application/grpc", "405"),
        ("POST", "application/json", "415"), ("POST", "application/grpc-web", "415"),
        ("POST", "application/grpcfoo", "415"), ("POST", "application/grpc+json", "415"),
        ("POST", "application/grpc+protox", "415"), ("POST", "", "415"),
    ])
    func `what is no gRPC call gets plain HTTP`(
        method: String, contentType: String, status: String
    ) throws {
        let client = try Self.echo()
        let block = Frames.requestBlock(Kinds.path, method: method, contentType: contentType)
        client.write(Frames.frame(1, Frames.endHeaders | Frames.endStream, 1, block))
        let answer = try client.answer()
        #expect(answer[":status"] == status)
        #expect(answer["grpc-status"] == nil)
        #expect(answer["content-length"] == "\(answer.body.count)")
        #expect(answer["allow"] == (status == "405" ? "POST" : nil))
        #expect(answer.hasEnded)
    }

    @Test(arguments: [
        "application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8",
        "application/grpc+proto;x=y",
    ])
    func `every spelling of gRPC's content type is taken`(contentType: String) throws {
        let client = try Self.echo()
        let block = Frames.requestBlock(Kinds.path, contentType: contentType)
        client.write(
            Frames.frame(1, Frames.endHeaders, 1, block)
                + Frames.data(1, Self.message("x"), end: true))
        #expect(try client.answer()["grpc-status"] == "0")
    }

    @Test func `a timeout that is none is a bad request`() throws {
        let client = try Self.echo()
        client.write(Frames.request(1, Kinds.path, fields: [("grpc-timeout", "soon")], end: true))
        let answer = try client.answer()
        #expect(answer[":status"] == "400")
        #expect(answer["grpc-status"] == nil)
    }

    @Test func `binary metadata that is no base64 is refused by name`() throws {
        let client = try Self.echo()
        client.write(Frames.request(1, Kinds.path, fields: [("x-bin", "%%%")], end: true))
        let answer = try client.answer()
        #expect(answer["grpc-status"] == "3")
        #expect(answer["grpc-message"]?.contains("x-bin") == true)
    }

    @Test(arguments: [(128, "200"), (129, "431"), (200, "431")])
    func `a request has at most 128 headers`(count: Int, status: String) throws {
        let client = try Self.echo()
        let fields = (0..<count - 6).map { ("x-\($0)", "v") }
        client.write(
            Frames.request(1, Kinds.path, fields: fields)
                + Frames.data(1, Self.message("x"), end: true))
        #expect(try client.answer()[":status"] == status)
    }

    @Test func `headers over the limit get 431 and their size`() throws {
        var settings = ServerSettings()
        settings.metadataBytesMax = 1_000
        let client = try Self.echo(settings)
        let fields = [("x-long", String(repeating: "v", count: 900))]
        client.write(Frames.request(1, Kinds.path, fields: fields, end: true))
        let answer = try client.answer()
        #expect(answer[":status"] == "431")
        #expect(String(decoding: answer.body, as: UTF8.self).contains("this daemon takes 1000"))
    }

    @Test func `text metadata that is no UTF-8 harms nothing`() throws {
        let client = try Self.echo()
        let odd = [UInt8(0), 3] + Array("x-y".utf8) + [2, 0xC3, 0x28]
        let block = Frames.requestBlock(Kinds.path) + odd
        client.write(
            Frames.frame(1, Frames.endHeaders, 1, block)
                + Frames.data(1, Self.message("x"), end: true))
        #expect(try client.answer()["grpc-status"] == "0")
    }

    @Test func `trailers of a peer that takes little are made to fit`() throws {
        // SETTINGS_MAX_HEADER_LIST_SIZE: 500.
        let settings = Frames.frame(4, 0, 0, hex("0006 000001f4")) + Frames.frame(4, 1, 0, [])
        let client = try RawClient(
            [
                Kinds.unary { (_, _) async throws(RPCFailure) in
                    throw RPCFailure(
                        .aborted, String(repeating: "m", count: 1_000),
                        details: Array(repeating: 1, count: 3_000))
                }
            ], opening: Frames.preface + settings)
        client.write(
            Frames.request(1, Kinds.path) + Frames.data(1, Self.message("x"), end: true))
        let answer = try client.answer()
        #expect(answer["grpc-status"] == "10")
        #expect(answer["grpc-status-details-bin"] == nil)
        let size = answer.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
        #expect(size <= 500)
        #expect(size > 490)
    }

    @Test func `a call reset in the middle of its message begins no handler`() throws {
        let gate = Gate()
        let client = try RawClient([
            Kinds.unary { (text, _) async throws(RPCFailure) in
                gate.note(text)
                return text
            }
        ])
        client.write(Frames.request(1, Kinds.path) + Frames.data(1, [0, 0, 0, 0, 9, 1]))
        #expect(client.server.openCalls == 1)
        client.write(Frames.reset(1, 8))
        #expect(client.server.openCalls == 0)
        #expect(gate.notes == [])
        #expect(client.failure == nil)
    }
}
