import Clocks
import Messages
import Testing

@testable import RPC

/// How calls end: by their handler, their caller, their deadline, their connection. Once each.
@Suite struct CallEndTests {
    /// A handler that waits for its end, and says how it came about.
    private func waiting(_ gate: Gate, then failure: RPCFailure) -> any Method {
        Kinds.serverStreaming { (_, writer, context) async throws(RPCFailure) in
            context.onInterruption { gate.note("interrupted \($0)") }
            if !gate.notes.contains("silent") { try await writer.write(TextPart(text: "begun")) }
            await gate.wait()
            gate.note("handler ends, cancelled \(Task.isCancelled)")
            throw failure
        }
    }

    @Test func `a failure before the first message is trailers-only and carries all`() throws {
        let failure = RPCFailure(
            .notFound, "no ☺ model", details: [1, 2, 255], retryPushbackMs: 1_500)
        let pair = try Loopback([Kinds.unary { (_, _) async throws(RPCFailure) in throw failure }])
        let call = try pair.call().send("x")
        call.read()
        try pair.run()
        #expect(call.failure == failure)
    }

    @Test(arguments: StatusCode.allCases.filter { $0 != .ok })
    func `every status code arrives as itself`(code: StatusCode) throws {
        let pair = try Loopback([
            Kinds.serverStreaming { (_, writer, _) async throws(RPCFailure) in
                try await writer.write(TextPart(text: "one"))
                throw RPCFailure(code, "why")
            }
        ])
        let call = try pair.call().send("x")
        call.read()
        try pair.run()
        #expect(call.texts == ["one"])
        #expect(call.failure == RPCFailure(code, "why"))
    }

    @Test func `a deadline interrupts the handler, whose own words end the call`() throws {
        let gate = Gate()
        let words = RPCFailure(.deadlineExceeded, "queued for 1 s", details: [9])
        let pair = try Loopback([waiting(gate, then: words)])
        let call = try pair.call(timeout: .seconds(1)).send("x")
        call.read()
        try pair.advance(by: .milliseconds(999))
        #expect(gate.notes == [])
        try pair.advance(by: .milliseconds(1))
        #expect(gate.notes == ["interrupted deadline"])
        gate.open()
        try pair.run()
        #expect(gate.notes.last == "handler ends, cancelled true")
        #expect(call.failure == words)
        #expect(pair.time.alarmCount == 2, "those of the connection alone")
    }

    @Test func `a handler that says nothing in time gets a bare status sent for it`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: RPCFailure(.internal, "too late"))])
        let call = try pair.call(timeout: .seconds(1)).send("x")
        call.read()
        try pair.advance(by: .seconds(1))
        try pair.advance(by: .milliseconds(249))
        #expect(call.result == nil)
        try pair.advance(by: .milliseconds(1))
        #expect(call.failure == .deadlineExceeded)
        gate.open()
        try pair.run()
        #expect(call.failure == .deadlineExceeded)
        #expect(pair.server.openCalls == 0)
    }

    @Test func `a handler that waits for requests ends with its caller's deadline`() throws {
        let pair = try Loopback([Kinds.echo])
        let call = try pair.call(timeout: .seconds(1)).send("a", end: false)
        call.read()
        try pair.advance(by: .seconds(1))
        #expect(call.texts == ["a"])
        #expect(call.failure == .deadlineExceeded)
    }

    @Test func `a request that never ends is over at its deadline`() throws {
        let pair = try Loopback([Kinds.unary { (text, _) async throws(RPCFailure) in text }])
        let call = try pair.call(timeout: .seconds(1)).send(end: false)
        call.read()
        try pair.advance(by: .seconds(1))
        #expect(call.failure == .deadlineExceeded)
    }

    @Test func `a timeout of zero begins nothing`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.clientStreaming { (_, _) async throws(RPCFailure) in
                gate.note("began")
                return ""
            }
        ])
        let call = try pair.call(timeout: .zero).send("x")
        call.read()
        try pair.run()
        #expect(call.failure == .deadlineExceeded)
        #expect(gate.notes == [])
    }

    @Test func `a client whose server stays silent ends its call by itself`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: .cancelled)])
        let call = try pair.call(timeout: .seconds(1)).send("x")
        call.read()
        try pair.run()
        pair.isClientDeaf = true
        try pair.advance(by: .milliseconds(1_399))
        #expect(call.result == nil)
        try pair.advance(by: .milliseconds(1))
        #expect(call.failure == .deadlineExceeded)
        gate.open()
        try pair.run()
    }

    @Test func `a caller that cancels is seen at once and hears nothing more`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: RPCFailure(.internal, "unheard"))])
        let call = try pair.call().send("x")
        call.read()
        try pair.run()
        call.call.cancel()
        try pair.run()
        #expect(gate.notes == ["interrupted callerLeft"])
        #expect(call.failure == .cancelled)
        #expect(pair.server.openCalls == 0)
        gate.open()
        try pair.run()
        #expect(gate.notes.last == "handler ends, cancelled true")
        #expect(call.failure == .cancelled)
    }

    @Test func `cancelling the task that reads cancels the call`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: .cancelled)])
        let call = try pair.call().send("x")
        let task = call.read()
        try pair.run()
        task.cancel()
        try pair.run()
        #expect(gate.notes == ["interrupted callerLeft"])
        #expect(call.failure == .cancelled)
        gate.open()
        try pair.run()
    }

    @Test func `a lost connection ends every call at both ends`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: .cancelled)])
        let calls = try (0..<3).map { _ in try pair.call(timeout: .seconds(9)).send("x") }
        for call in calls { call.read() }
        try pair.run()
        try pair.lose()
        #expect(gate.notes == Array(repeating: "interrupted callerLeft", count: 3))
        for call in calls { #expect(call.failure?.code == .unavailable) }
        gate.open()
        try pair.run()
        #expect(pair.server.openCalls == 0)
        #expect(pair.time.alarmCount == 0)
        #expect(throws: RPCFailure.self) { try pair.call() }
    }

    @Test func `a handler stopped from inside the server says how its call ends`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.unary { (_, context) async throws(RPCFailure) in
                context.stopHandler()
                await gate.wait()
                throw RPCFailure(.aborted, "stopped \(Task.isCancelled)")
            }
        ])
        let call = try pair.call().send("x")
        call.read()
        try pair.run()
        gate.open()
        try pair.run()
        #expect(call.failure == RPCFailure(.aborted, "stopped true"))
    }

    @Test func `an observer that comes late hears of the interruption at once`() throws {
        let gate = Gate()
        let pair = try Loopback([
            Kinds.unary { (_, context) async throws(RPCFailure) in
                await gate.wait()
                context.onInterruption { gate.note("late \($0)") }
                throw .cancelled
            }
        ])
        let call = try pair.call().send("x")
        call.read()
        try pair.run()
        call.call.cancel()
        try pair.run()
        gate.open()
        try pair.run()
        #expect(gate.notes == ["late callerLeft"])
    }

    @Test func `draining lets calls end, takes no new ones and finishes`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: RPCFailure(.aborted, "end"))])
        let call = try pair.call().send("x")
        call.read()
        try pair.run()
        pair.server.drain()
        try pair.run()
        #expect(throws: RPCFailure.self) { try pair.call() }
        #expect(!pair.server.isFinished)
        gate.open()
        try pair.run()
        #expect(call.failure == RPCFailure(.aborted, "end"))
        #expect(pair.server.isFinished)
    }

    @Test func `a call that has not left when the server drains fails at once`() throws {
        let gate = Gate()
        let pair = try Loopback([waiting(gate, then: .cancelled)])
        let open = try pair.call().send("x")
        open.read()
        try pair.run()
        pair.server.drain()
        let late = try pair.call().send("y")
        late.read()
        try pair.runServer()
        try pair.run()
        #expect(late.failure == RPCFailure(.unavailable, "the server refused the call"))
        #expect(open.result == nil)
        gate.open()
        try pair.run()
        #expect(open.failure == .cancelled)
    }

    @Test func `failures of the wire are annotated, a handler's own details stand`() throws {
        var settings = ServerSettings()
        settings.annotate = { failure, context in
            var failure = failure
            failure.details = [UInt8(context.peer.uid)]
            return failure
        }
        let pair = try Loopback(
            [
                Kinds.unary { (text, _) async throws(RPCFailure) in
                    throw RPCFailure(.internal, text, details: text == "own" ? [1] : [])
                }
            ], settings: settings)
        let own = try pair.call().send("own")
        let bare = try pair.call().send("bare")
        let none = try pair.call().send()
        for call in [own, bare, none] { call.read() }
        try pair.run()
        #expect(own.failure?.details == [1])
        #expect(bare.failure?.details == [7])
        #expect(none.failure?.details == [7])
    }
}
