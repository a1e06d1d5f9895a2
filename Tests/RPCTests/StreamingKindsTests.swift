import Messages
import Testing

@testable import RPC

/// The four kinds of calls, from our client to our server.
@Suite struct StreamingKindsTests {
    @Test func `a unary call has one request and one answer`() throws {
        let pair = try Loopback([
            Kinds.unary { (text, _) async throws(RPCFailure) in text + "!" }
        ])
        let call = try pair.call().send("hello")
        call.read()
        try pair.run()
        #expect(call.texts == ["hello!"])
        #expect(call.failure == nil)
        #expect(call.result != nil)
        #expect(pair.server.openCalls == 0)
    }

    @Test func `a server stream has as many answers as were written`() throws {
        let pair = try Loopback([
            Kinds.serverStreaming { (text, writer, _) async throws(RPCFailure) in
                for number in 0..<1_000 {
                    try await writer.write(TextPart(text: "\(text)\(number)"))
                }
            }
        ])
        let call = try pair.call().send("n")
        call.read()
        try pair.run()
        #expect(call.texts == (0..<1_000).map { "n\($0)" })
        #expect(call.result != nil)
    }

    @Test func `a server stream may have no answer at all`() throws {
        let pair = try Loopback([Kinds.serverStreaming { (_, _, _) async throws(RPCFailure) in }])
        let call = try pair.call().send("n")
        call.read()
        try pair.run()
        #expect(call.texts == [])
        #expect(call.failure == nil)
        #expect(call.result != nil)
    }

    @Test func `a client stream is answered after its last request`() throws {
        let pair = try Loopback([
            Kinds.clientStreaming { (reader, _) async throws(RPCFailure) in
                var all = ""
                while let request = try await reader.next() { all += request.text }
                return all
            }
        ])
        let call = try pair.call().send("a", "b", end: false)
        call.read()
        try pair.run()
        #expect(call.texts == [])
        _ = call.send("c", "")
        try pair.run()
        #expect(call.texts == ["abc"])
    }

    @Test func `a client stream may be empty`() throws {
        let pair = try Loopback([
            Kinds.clientStreaming { (reader, _) async throws(RPCFailure) in
                try await reader.next() == nil ? "none" : "some"
            }
        ])
        let call = try pair.call().send()
        call.read()
        try pair.run()
        #expect(call.texts == ["none"])
    }

    @Test func `both sides of a bidirectional call speak in turn`() throws {
        let pair = try Loopback([Kinds.echo])
        let call = try pair.call()
        call.read()
        for round in 0..<5 {
            _ = call.send("\(round)", end: false)
            try pair.run()
            #expect(call.texts.count == round + 1)
        }
        _ = call.send()
        try pair.run()
        #expect(call.texts == ["0", "1", "2", "3", "4"])
        #expect(call.result != nil)
    }

    @Test func `a handler may answer before its requests have ended`() throws {
        let pair = try Loopback([
            Kinds.clientStreaming { (reader, _) async throws(RPCFailure) in
                try await reader.next()?.text ?? ""
            }
        ])
        let call = try pair.call().send("first", end: false)
        call.read()
        try pair.run()
        #expect(call.texts == ["first"])
        #expect(call.failure == nil)
        #expect(call.result != nil)
        #expect(pair.server.openCalls == 0)
    }

    @Test func `a message as large as the limit passes, one byte more is refused`() throws {
        let pair = try Loopback([
            Kinds.unary { (text, _) async throws(RPCFailure) in "\(text.utf8.count)" }
        ])
        // A tag byte and four of length stand before the text.
        let room = 4 * 1_024 * 1_024 - 5
        let fits = try pair.call().send(String(repeating: "x", count: room))
        let over = try pair.call().send(String(repeating: "x", count: room + 1))
        fits.read()
        over.read()
        try pair.run()
        #expect(fits.texts == ["\(room)"])
        #expect(over.failure?.code == .resourceExhausted)
        #expect(
            over.failure?.message
                == "message is 4194305 bytes; this daemon takes 4194304 (limits.message_bytes_max)")
        let after = try pair.call().send("still here")
        after.read()
        try pair.run()
        #expect(after.texts == ["10"])
    }

    @Test func `many calls share a connection and each gets its own answers`() throws {
        let pair = try Loopback([Kinds.echo])
        let calls = try (0..<200).map { try pair.call().send("a\($0)", "b\($0)", end: false) }
        for call in calls { call.read() }
        try pair.run()
        #expect(pair.server.openCalls == 200)
        for call in calls { _ = call.send() }
        try pair.run()
        for (number, call) in calls.enumerated() {
            #expect(call.texts == ["a\(number)", "b\(number)"])
            #expect(call.result != nil)
        }
        #expect(pair.server.openCalls == 0)
    }
}
