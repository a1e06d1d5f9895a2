import Clocks
import HandFrames
import Messages
import NIOEmbedded
import Testing

@testable import RPC

/// Our runtime on ttrpc: the four kinds of calls, and how they end.
@Suite struct TTRPCConnectionTests {
    private static let closedNoData: UInt8 = 5

    private static let greeting = Kinds.unary { (text, _) async throws(RPCFailure) in text + "!" }

    private static let counting = Kinds.serverStreaming {
        (text, writer, _) async throws(RPCFailure) in
        for number in 0..<3 { try await writer.write(TextPart(text: "\(text)\(number)")) }
    }

    private static let joining = Kinds.clientStreaming { (reader, _) async throws(RPCFailure) in
        var all = ""
        while let request = try await reader.next() { all += request.text + "." }
        return all
    }

    @Test func `a unary call is one frame each way, byte for byte`() {
        let client = TTRPCClient([Self.greeting])
        client.write(
            hex(
                """
                00000020 00000001 01 00
                0a12 6c616e657761792e746573742e4b696e6473 1204 43616c6c 1a04 0a026869
                """))
        #expect(
            client.answers() == [
                .init(stream: 1, kind: 2, flags: 0, body: hex("1205 0a03686921"))
            ])
        #expect(client.server.openCalls == 0)
    }

    @Test(arguments: [0, 1] as [UInt8])
    func `a server stream is data and an end without any`(flags: UInt8) {
        let client = TTRPCClient([Self.counting])
        client.call(1, flags: flags, "n")
        let answers = client.answers()
        #expect(answers.dropLast().map(\.text) == ["n0", "n1", "n2"])
        #expect(answers.dropLast().allSatisfy { $0.kind == 3 && $0.flags == 0 })
        #expect(answers.last == .init(stream: 1, kind: 3, flags: Self.closedNoData, body: []))
    }

    @Test func `a client stream is answered by a response at its end`() {
        let client = TTRPCClient([Self.joining])
        client.call(1, flags: 2, nil)
        client.data(1, "a")
        client.send(1, kind: 3, [])
        #expect(client.answers() == [])
        client.data(1, flags: 1, "b")
        #expect(client.answers().map(\.text) == ["a..b."])
    }

    @Test func `both sides of a bidirectional call speak in turn`() {
        let client = TTRPCClient([Kinds.echo])
        client.call(1, flags: 2, nil)
        for word in ["one", "two", ""] {
            client.data(1, word)
            #expect(client.answers().map(\.text) == [word])
        }
        client.data(1, flags: Self.closedNoData, nil)
        #expect(
            client.answers() == [.init(stream: 1, kind: 3, flags: Self.closedNoData, body: [])])
    }

    @Test(arguments: [0, 2, 6] as [UInt32])
    func `an even stream is refused`(stream: UInt32) {
        let client = TTRPCClient([Self.greeting])
        client.call(stream, "hi")
        #expect(client.answers().map(\.code) == [3])
        client.call(1, "hi")
        #expect(client.answers().map(\.text) == ["hi!"])
    }

    @Test func `data that a stream does not take end it and no other`() {
        let gate = Gate()
        let client = TTRPCClient([
            Kinds.unary { (text, _) async throws(RPCFailure) in
                await gate.wait()
                return text
            }
        ])
        client.call(1, "first")
        client.call(3, "second")
        client.data(1, "more")
        #expect(client.answers().map { [$0.stream, $0.code.map(UInt32.init)] } == [[1, 3]])
        gate.open()
        #expect(client.answers().map(\.text) == ["second"], "nothing more comes on stream 1")
    }

    @Test func `a timeout ends a call on the clock`() throws {
        let gate = Gate()
        let client = TTRPCClient([
            Kinds.unary { (_, _) async throws(RPCFailure) in
                await gate.wait()
                return ""
            }
        ])
        client.call(1, "hi", timeoutNano: 5_000_000_000)
        client.time.advance(by: .milliseconds(4_999))
        #expect(client.answers() == [])
        client.time.advance(by: .milliseconds(1))
        client.loop.run()
        client.time.advance(by: .seconds(1))
        #expect(client.answers().map(\.code) == [4])
        gate.open()
        client.loop.run()
    }

    @Test(arguments: [-1, .min]) func `a timeout below zero is over already`(nanoseconds: Int) {
        let client = TTRPCClient([Self.greeting])
        client.call(1, "hi", timeoutNano: nanoseconds)
        #expect(client.answers().map(\.code) == [4])
    }

    @Test func `requests that nobody reads are bounded, and cost only their call`() {
        let gate = Gate()
        let client = TTRPCClient([
            Kinds.bidirectional { (reader, writer, _) async throws(RPCFailure) in
                await gate.wait()
                while let request = try await reader.next() { try await writer.write(request) }
            }
        ])
        client.call(1, flags: 2, nil)
        client.call(3, flags: 2, nil)
        let text = String(repeating: "x", count: 1 << 20)
        for _ in 0..<7 { client.data(1, text) }
        client.data(3, "hi")
        #expect(client.answers().isEmpty)
        client.data(1, text)
        #expect(client.answers().map(\.code) == [StatusCode.resourceExhausted.rawValue])
        gate.open()
        #expect(client.answers().map(\.text) == ["hi"])
        #expect(client.server.openCalls == 1)
    }

    @Test func `a connection that is lost tells every handler`() {
        let gate = Gate()
        let client = TTRPCClient([
            Kinds.bidirectional { (reader, _, context) async throws(RPCFailure) in
                context.onInterruption { gate.note("\($0)") }
                _ = try await reader.next()
            }
        ])
        for stream in [1, 3, 5] as [UInt32] { client.call(stream, flags: 2, nil) }
        #expect(client.server.openCalls == 3)
        client.server.lost()
        client.loop.run()
        #expect(gate.notes == ["callerLeft", "callerLeft", "callerLeft"])
        #expect(client.server.openCalls == 0)
    }

    @Test func `a failure longer than a frame's worth is cut between characters`() {
        let client = TTRPCClient([
            Kinds.unary { (text, _) async throws(RPCFailure) in
                throw RPCFailure(.aborted, "x" + String(repeating: "😈", count: 2_000_000))
            }
        ])
        client.call(1, "hi")
        let answers = client.answers()
        #expect(answers.map(\.code) == [10])
        #expect(answers.first?.message == "x" + String(repeating: "😈", count: 511))
    }

    @Test func `a failure whose details are broken is still a failure`() {
        let client = TTRPCClient([
            Kinds.unary { (_, _) async throws(RPCFailure) in
                throw RPCFailure(.aborted, "no", details: [0xff])
            }
        ])
        client.call(1, "hi")
        #expect(client.answers().map(\.code) == [10])
    }

    @Test func `a frame that is never whole ends its connection`() {
        let client = TTRPCClient([Self.greeting])
        client.write(hex("00000020 00000001 01 00 0a12"))
        client.time.advance(by: .seconds(59))
        #expect(client.answers() == [])
        #expect(client.failure == nil)
        client.time.advance(by: .seconds(1))
        #expect(client.answers() == [])
        #expect(client.failure != nil)
    }

    @Test func `frames that are whole in the end never end a connection`() {
        let client = TTRPCClient([Self.greeting])
        for stream in stride(from: 1, to: 21, by: 2) as StrideTo<UInt32> {
            let body = TTRPCClient.request([])
            client.write(bigEndian(UInt32(body.count)) + bigEndian(stream) + [1, 0])
            client.time.advance(by: .seconds(50))
            client.write(body)
            #expect(client.answers().map(\.text) == ["!"])
        }
        #expect(client.failure == nil)
    }
}
