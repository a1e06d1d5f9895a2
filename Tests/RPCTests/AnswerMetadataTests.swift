import HandFrames
import Messages
import Testing

@testable import RPC

/// What a handler sends beside its messages.
@Suite struct AnswerMetadataTests {
    private static func metadata(_ name: String, _ value: String) -> Metadata {
        var metadata = Metadata()
        metadata.append(name, value)
        return metadata
    }

    private static func answer(
        fields: [(String, String)] = [],
        _ handler: @escaping @Sendable (String, CallContext) async throws(RPCFailure) -> String
    ) throws -> RawAnswer {
        let client = try RawClient([Kinds.unary(handler)])
        let body = TextPart(text: "x").encoded()
        client.write(
            Frames.request(1, Kinds.path, fields: fields)
                + Frames.data(1, [0] + bigEndian(UInt32(body.count)) + body, end: true))
        #expect(client.failure == nil)
        return try client.answer()
    }

    @Test func `metadata of a handler goes out in the headers and beside the status`() throws {
        let answer = try Self.answer { (text, context) async throws(RPCFailure) in
            context.sendHeaders(Self.metadata("x-first", "1"))
            context.setTrailers(Self.metadata("x-last", "2"))
            return text
        }
        let names = answer.fields.map(\.name)
        let first = try #require(names.firstIndex(of: "x-first"))
        let last = try #require(names.firstIndex(of: "x-last"))
        let status = try #require(names.firstIndex(of: "grpc-status"))
        #expect(answer.headerBlocks == 2)
        #expect(names[0] == ":status" && first < min(last, status))
        #expect(answer["x-first"] == "1" && answer["x-last"] == "2")
        #expect(answer["grpc-status"] == "0")
        #expect(names.count { $0 == ":status" || $0 == "content-type" } == 2, "each field once")
    }

    @Test(arguments: [true, false])
    func `a failure takes its metadata along, in trailers and trailers-only`(
        sendsHeaders: Bool
    ) throws {
        let answer = try Self.answer { (_, context) async throws(RPCFailure) in
            if sendsHeaders { context.sendHeaders(Metadata()) }
            context.setTrailers(Self.metadata("x-last", "2"))
            throw RPCFailure(.aborted, "enough")
        }
        #expect(answer.headerBlocks == (sendsHeaders ? 2 : 1))
        #expect(answer["x-last"] == "2")
        #expect(answer["grpc-status"] == "10")
        #expect(answer["grpc-message"] == "enough")
        #expect(answer.hasEnded)
    }

    @Test func `headers with metadata say that the answer is packed`() throws {
        let packing = [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity,gzip")]
        let answer = try Self.answer(fields: packing) { (text, context) async throws(RPCFailure) in
            context.sendHeaders(Self.metadata("x-first", "1"))
            // Long enough to be worth it.
            return String(repeating: text, count: 1_000)
        }
        #expect(answer["x-first"] == "1")
        #expect(answer["grpc-encoding"] == "gzip")
        #expect(answer.body.first == 1)
    }

    @Test func `headers come too late behind a message or an end, and harm nothing`() throws {
        let kept = Kept()
        let answer = try Self.answer { (text, context) async throws(RPCFailure) in
            kept.context = context
            context.sendHeaders(Self.metadata("x-first", "1"))
            context.sendHeaders(Self.metadata("x-second", "2"))
            return text
        }
        kept.context?.sendHeaders(Self.metadata("x-third", "3"))
        kept.context?.setTrailers(Self.metadata("x-fourth", "4"))
        #expect(answer["x-first"] == "1")
        #expect(answer["x-second"] == nil)
        #expect(answer.body.count == 8 && answer["grpc-status"] == "0")
    }

    /// The context of a call that has ended. Sendable by hand: one thread runs the whole test.
    private final class Kept: @unchecked Sendable {
        var context: CallContext?
    }
}
