import Clocks
import Models
import Testing
import UpstreamScript

@testable import Providers

/// The pace of `builtin/echo`, on a clock wound by hand.
@Suite struct EchoPaceTests {
    private let time = WatchedTime()

    private func model(_ name: String) throws -> any Model {
        try #require(
            BuiltinProvider(time: time).model(Target(provider: "builtin", model: name)))
    }

    @Test func `the first token waits for its delay and the others for the pace`() async throws {
        let echo = try model("echo?pace=10&first_chunk=300ms")
        let start = time.now
        let establishing = Task { try await echo.stream(prompt("a b"), for: someCall()) }
        #expect(await time.nextAlarm() == start + .milliseconds(300))
        time.wound.advance(by: .milliseconds(300))
        let stream = try await establishing.value
        #expect(try await stream.next() == .text("a"))
        let second = Task { try await stream.next() }
        #expect(await time.nextAlarm() == start + .milliseconds(400))
        time.wound.advance(by: .milliseconds(100))
        #expect(try await second.value == .text(" b"))
    }

    @Test func `a late reader is not slowed down further`() async throws {
        let stream = try await model("echo?pace=10").stream(prompt("a b c d"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        time.wound.advance(by: .seconds(5))
        // All is overdue: nothing waits, so nobody need wind the clock.
        #expect(try await drain(stream).count == 4)
    }

    @Test func `generate takes as long as its stream would`() async throws {
        let echo = try model("echo?pace=2")
        let start = time.now
        let answer = Task { try await echo.generate(prompt("a b c"), for: someCall()) }
        for tick in 1...3 {
            #expect(await time.nextAlarm() == start + .milliseconds(500 * tick))
            time.wound.advance(by: .milliseconds(500))
        }
        #expect(try await answer.value.message.text == "a b c")
    }

    @Test(arguments: ["echo?fail=hang", "echo?first_chunk=1m", "echo?pace=1&fail=hang"])
    func `cancelling ends a wait at once`(name: String) async throws {
        let echo = try model(name)
        let waiting = Task { try await echo.generate(prompt("a b"), for: someCall()) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func `a wait that is cancelled takes its alarm back`() async throws {
        let echo = try model("echo?first_chunk=1m")
        let waiting = Task { try await echo.stream(prompt("a"), for: someCall()) }
        _ = await time.nextAlarm()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(time.alarmsSet == time.alarmsCleared)
    }

    @Test func `it can fall silent in the middle`() async throws {
        let stream = try await model("echo?fail=hang&after=1").stream(
            prompt("a b"), for: someCall())
        #expect(try await stream.next() == .text("a"))
        let silent = Task { try await stream.next() }
        silent.cancel()
        await #expect(throws: CancellationError.self) { try await silent.value }
    }
}
