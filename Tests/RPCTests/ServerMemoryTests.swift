import Messages
import Synchronization
import Testing
import Wire

@testable import RPC

/// A server whose HTTP/2 finds no memory, at any allocation of a connection with calls of all fates.
@Suite struct ServerMemoryTests {
    /// Handlers that run now, of all connections.
    private final class Running: Sendable {
        let count = Mutex(0)
        func began() { count.withLock { $0 += 1 } }
        func ended() { count.withLock { $0 -= 1 } }
    }

    /// Answers each request with itself, "fail" with a failure.
    private func echo(_ running: Running) -> any Method {
        Kinds.bidirectional { (reader, writer, _) async throws(RPCFailure) in
            running.began()
            defer { running.ended() }
            while let request = try await reader.next() {
                if request.text == "fail" {
                    throw RPCFailure(.notFound, "there is no such thing", details: [1, 2, 3])
                }
                try await writer.write(request)
            }
        }
    }

    private struct Life {
        var pair: Loopback?
        var calls: [TestCall] = []
        var failure: ConnectionFailure?
        /// The server wants nothing more of the connection: where only an answer's fields could not be
        /// packed, nghttp2 says GOAWAY and is done.
        var isFinished = false
    }

    /// More than a stream's window, and than what is packed into one frame.
    private static let long = String(repeating: "a long way ", count: 9_000)
    private static let expected = [["a", "b", "c"], [long], [], ["left"]]

    /// A connection from its first byte until it is lost.
    private func live(_ memory: MemoryTrial, _ running: Running) throws -> Life {
        var settings = ServerSettings()
        settings.http2.memoryTrial = memory
        var life = Life()
        do {
            let pair = try Loopback([echo(running)], settings: settings)
            life.pair = pair
            try play(&life, on: pair)
        } catch let failure as ConnectionFailure {
            life.failure = failure
        } catch is RPCFailure {
            // The client has heard that GOAWAY, and begins no further calls.
        }
        life.isFinished = life.pair?.server.isFinished ?? true
        try life.pair?.lose()
        return life
    }

    private func play(_ life: inout Life, on pair: Loopback) throws {
        func begin(_ texts: [String], end: Bool) throws -> TestCall {
            let call = try pair.call(timeout: .seconds(60))
            life.calls.append(call)
            call.read()
            for text in texts { _ = call.send(text, end: false) }
            if end { call.call.halfClose() }
            try pair.run()
            return call
        }
        let slow = try begin(["a"], end: false)
        _ = try begin([Self.long], end: true)
        _ = try begin(["fail"], end: false)
        let left = try begin(["left"], end: false)
        left.call.cancel()
        _ = slow.send("b", "c")
        try pair.run()
        pair.server.drain()
        try pair.advance(by: .seconds(40))
    }

    @Test(arguments: [false, true])
    func `a failed allocation, whichever it is, ends the connection's calls and no others`(
        andAllAfter: Bool
    ) throws {
        let running = Running()
        let other = try Loopback([echo(running)])
        let neighbour = try other.call().send("before", end: false)
        neighbour.read()
        try other.run()
        let plenty = MemoryTrial(refusing: 0..<0)
        try #expect(live(plenty, running).calls.map(\.texts) == Self.expected)
        #expect(plenty.allocations > 50)
        for place in 0..<plenty.allocations {
            let memory = MemoryTrial(refusing: place..<(andAllAfter ? .max : place + 1))
            try check(live(memory, running), at: place)
            #expect(memory.pieces == 0, "allocation \(place)")
            #expect(running.count.withLock { $0 } == 1, "allocation \(place)")
        }
        _ = neighbour.send("after")
        try other.run()
        #expect(neighbour.texts == ["before", "after"])
        #expect(neighbour.result != nil && neighbour.failure == nil)
    }

    private func check(_ life: Life, at place: Int) {
        #expect(life.failure != nil || life.isFinished, "allocation \(place)")
        #expect(["HTTP/2: Out of memory", nil].contains(life.failure?.description))
        for (call, expected) in zip(life.calls, Self.expected) {
            #expect(call.texts.elementsEqual(expected.prefix(call.texts.count)))
            // A call that ended well before the memory did has all of its answer.
            let isWhole = call.texts == expected
            #expect(call.result != nil, "allocation \(place): a call has not ended")
            #expect(call.failure != nil || isWhole, "allocation \(place): a false OK")
        }
    }
}
