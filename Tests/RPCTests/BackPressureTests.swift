import Messages
import Testing

@testable import RPC

/// Who does not read holds up its own stream, and nothing else.
@Suite struct BackPressureTests {
    private static let kilobyte = String(repeating: "x", count: 1_000)

    @Test func `a writer stops at the high-water mark and goes on when there is room`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.serverStreaming { (_, writer, _) async throws(RPCFailure) in
                for _ in 0..<2_000 {
                    try await writer.write(TextPart(text: Self.kilobyte))
                    gate.note("written")
                }
            }
        ])
        pair.isClientDeaf = true
        let call = try pair.call().send("go")
        try pair.run()
        let atFirst = gate.notes.count
        #expect((60...70).contains(atFirst), "64 KiB of 1 kB messages")
        pair.isClientDeaf = false
        call.read()
        try pair.run()
        #expect(call.texts.count == 2_000)
        #expect(call.result != nil)
    }

    @Test func `answers nobody reads stop coming, and come when they are read`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.serverStreaming { (_, writer, _) async throws(RPCFailure) in
                for _ in 0..<5_000 {
                    try await writer.write(TextPart(text: Self.kilobyte))
                    gate.note("written")
                }
            }
        ])
        let call = try pair.call().send("go")
        try pair.run()
        // The client's inbox, a window of 256 KiB and the server's own 64 KiB.
        #expect(gate.notes.count < 450)
        call.read(100)
        try pair.run()
        #expect(gate.notes.count < 550, "100 read let about 100 more in")
        call.read()
        try pair.run()
        #expect(call.texts.count == 5_000)
    }

    /// A call whose answer is ready a second before the server looks for those that nobody takes, as it
    /// has done since another call began, which is open all the while. Its client reads again `late`
    /// after that look.
    private static func answer(takenAfter late: Duration?) throws -> TestCall {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.unary { (text, _) async throws(RPCFailure) in
                if text == "open" { await gate.wait() }
                return text
            }
        ])
        _ = try pair.call().send("open")
        try pair.advance(by: .seconds(29))
        pair.isClientDeaf = true
        let call = try pair.call().send("hi")
        call.read()
        try pair.advance(by: .seconds(1))
        if let late { try pair.advance(by: late) }
        pair.isClientDeaf = false
        gate.open()
        try pair.run()
        return call
    }

    @Test func `an answer that is ready when stalled ones are looked for is not taken for one`()
        throws
    {
        let call = try Self.answer(takenAfter: nil)
        #expect(call.texts == ["hi"])
        #expect(call.failure == nil)
    }

    @Test func `an answer of which nothing is taken from one look to the next is given up`() throws
    {
        let call = try Self.answer(takenAfter: .seconds(30))
        #expect(call.failure?.code == .resourceExhausted)
    }

    @Test func `requests nobody reads stop coming while other calls go on`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.bidirectional { (reader, writer, _) async throws(RPCFailure) in
                guard let first = try await reader.next() else { return }
                if first.text == "slow" { await gate.wait() }
                var count = 1
                while try await reader.next() != nil { count += 1 }
                try await writer.write(TextPart(text: "\(count)"))
            }
        ])
        let slow = try pair.call().send("slow", end: false)
        for _ in 0..<3_000 { _ = slow.send(Self.kilobyte, end: false) }
        _ = slow.send()
        slow.read()
        try pair.run()
        #expect(pair.bytesToServer < 450_000, "3 MB wait at the client")
        let quick = try pair.call()
        for _ in 0..<3_000 { _ = quick.send(Self.kilobyte, end: false) }
        _ = quick.send()
        quick.read()
        try pair.run()
        #expect(quick.texts == ["3000"])
        #expect(slow.result == nil)
        gate.open()
        try pair.run()
        #expect(slow.texts == ["3001"])
    }

    @Test func `a reader that takes one request lets no more in than it took`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.clientStreaming { (reader, _) async throws(RPCFailure) in
                for _ in 0..<50 { _ = try await reader.next() }
                await gate.wait()
                var rest = 0
                while try await reader.next() != nil { rest += 1 }
                return "\(rest)"
            }
        ])
        let call = try pair.call()
        for _ in 0..<3_000 { _ = call.send(Self.kilobyte, end: false) }
        _ = call.send()
        call.read()
        try pair.run()
        #expect(pair.bytesToServer < 500_000)
        gate.open()
        try pair.run()
        #expect(call.texts == ["2950"])
    }

    @Test func `a message longer than the window arrives at a reader that waits`() throws {
        let pair = try Loopback([Kinds.echo])
        let long = String(repeating: "y", count: 3_000_000)
        let call = try pair.call().send(long, long)
        call.read()
        try pair.run()
        #expect(call.texts.map(\.utf8.count) == [3_000_000, 3_000_000])
    }

    @Test func `a writer that waits for room ends with its caller`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.serverStreaming { (_, writer, _) async throws(RPCFailure) in
                do throws(RPCFailure) {
                    while true { try await writer.write(TextPart(text: Self.kilobyte)) }
                } catch {
                    gate.note(error.code.name)
                    throw error
                }
            }
        ])
        let call = try pair.call().send("go")
        try pair.run()
        #expect(gate.notes == [])
        call.call.cancel()
        try pair.run()
        #expect(gate.notes == ["CANCELLED"])
    }

    @Test func `a writer that waits for room ends with its caller's deadline`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.serverStreaming { (_, writer, _) async throws(RPCFailure) in
                do throws(RPCFailure) {
                    while true { try await writer.write(TextPart(text: Self.kilobyte)) }
                } catch {
                    gate.note(error.code.name)
                    throw error
                }
            }
        ])
        _ = try pair.call(timeout: .seconds(1)).send("go")
        try pair.advance(by: .seconds(1))
        #expect(gate.notes == ["DEADLINE_EXCEEDED"])
    }

    @Test func `a refused flood leaves the connection's window open`() throws {
        let pair = try Loopback([Kinds.echo])
        // Six times the connection's window, to a method that does not exist.
        for _ in 0..<6 {
            let call = try pair.call("/no.Such/Method").send(
                String(repeating: "z", count: 4_000_000))
            call.read()
            try pair.run()
            #expect(call.failure?.code == .unimplemented)
        }
        let after = try pair.call().send(String(repeating: "z", count: 4_000_000))
        after.read()
        try pair.run()
        #expect(after.texts.count == 1)
    }
}
