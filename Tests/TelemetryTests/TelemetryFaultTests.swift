import Clocks
import Messages
import Models
import Telemetry
import Testing
import UpstreamScript

/// What telemetry does when a collector does not take what it is sent.
struct TelemetryFaultTests {
    private static let failed = "telemetry was not exported"
    private static let key = "canary-key-41c9"

    /// The export in flight is tried again when the clock says so.
    private func retry(_ rig: Rig) async throws -> Duration {
        try await eventually { [time = rig.time] in time.alarmCount == 1 }
        let due = try #require(rig.time.nextDeadline)
        let delay = rig.time.now.duration(to: due)
        rig.time.advance(by: delay)
        return delay
    }

    @Test(arguments: [429, 502, 503, 504])
    func `a collector that is busy is asked again, with the same`(status: Int) async throws {
        let rig = try await Rig(UpstreamStep.take(status) + UpstreamStep.takeAll)
        _ = try await rig.send(.of([.ran("gpu/m")]))
        let delay = try await retry(rig)
        #expect(delay >= .milliseconds(500) && delay <= .seconds(1))
        let requests = try await rig.requests(2)
        #expect(requests[0].bytes == requests[1].bytes)
        await rig.stop()
        #expect(rig.lines.all.isEmpty)
    }

    @Test func `it is asked again when it has said it may be`() async throws {
        let busy = UpstreamStep.take(503, headers: ["retry-after: 7"])
        let rig = try await Rig(busy + UpstreamStep.takeAll)
        _ = try await rig.send(.of([.ran("gpu/m")]))
        #expect(try await retry(rig) == .seconds(7))
        _ = try await rig.requests(2)
        await rig.stop()
    }

    @Test func `after five times it is given up, and nothing waits behind it for ever`()
        async throws
    {
        let busy = (0..<5).flatMap { _ in UpstreamStep.take(503) }
        let rig = try await Rig(busy + UpstreamStep.takeAll)
        _ = try await rig.send(.of([.ran("gpu/m")]))
        for _ in 0..<4 { _ = try await retry(rig) }
        try await eventually { rig.lines.count(Self.failed) == 1 }
        #expect(rig.collector.requests.count == 5)
        let next = try await rig.send(.of([.ran("gpu/other")]))
        #expect(try next.spans.map(\.name).contains("chat other"))
        await rig.stop()
    }

    @Test func `what it refuses is given up at once, counted, and told once for a bad time`()
        async throws
    {
        let script =
            UpstreamStep.take(400) + UpstreamStep.take(400) + UpstreamStep.take()
            + UpstreamStep.take(400) + UpstreamStep.takeAll
        let rig = try await Rig(script)
        _ = try await rig.send(.of([]), .of([]), .of([]))
        try await eventually { rig.lines.count(Self.failed) == 1 }
        #expect(
            rig.lines.all == [
                "warning \(Self.failed) endpoint=\(rig.collector.address)/v1/traces lost_calls=3 "
                    + "reason=the collector answered 400"
            ])
        _ = try await rig.send(.of([]))
        _ = try await rig.send(.of([]))
        try await eventually { rig.lines.count("lost_calls=4") == 1 }
        #expect(rig.lines.count(Self.failed) == 1, "one of a bad time, and its sum at its end")
        _ = try await rig.send(.of([]))
        try await eventually { rig.lines.count(Self.failed) == 2 }
        await rig.telemetry.close()
        let metrics = try #require(try rig.collector.requests.last?.metrics)
        #expect(metrics["laneway.telemetry.lost"]?.counts == [[:]: 5])
        #expect(rig.lines.all.count == 3)
        await rig.stop()
    }

    @Test func `a collector that takes metrics and no spans has a bad time, told of once`()
        async throws
    {
        let refused = UpstreamStep.take(400)
        let rig = try await Rig(
            refused + UpstreamStep.take() + refused + UpstreamStep.takeAll
        ) { $0.interval = .seconds(5) }
        _ = try await rig.send(.of([]))
        try await rig.naps(until: rig.start + .seconds(5))
        rig.time.advance(by: .seconds(4))
        #expect(try await rig.requests(2).last?.line == "POST /v1/metrics HTTP/1.1")
        _ = try await rig.send(.of([]))
        try await rig.naps(until: rig.start + .seconds(10))
        #expect(rig.lines.all.count == 1)
        await rig.telemetry.close()
        #expect(rig.lines.all.last == "warning spans of calls were lost lost_calls=2")
        #expect(rig.lines.all.count == 2)
        await rig.stop()
    }

    @Test func `what it refused a part of is told`() async throws {
        let partial = OTLPResponse(
            partialSuccess: OTLPPartialSuccess(rejected: 2, errorMessage: "too old"))
        let rig = try await Rig(UpstreamStep.take(200, partial) + UpstreamStep.takeAll)
        _ = try await rig.send(.of([]), .of([]))
        try await eventually { rig.lines.all.count == 1 }
        #expect(
            rig.lines.all == [
                "warning the collector refused a part endpoint=\(rig.collector.address)/v1/traces "
                    + "reason=too old rejected=2"
            ])
        await rig.stop()
    }

    @Test(arguments: [(200, "<html>thanks</html>"), (202, ""), (200, longAnswer)])
    func `what it takes is taken, whatever it says about it`(status: Int, words: String)
        async throws
    {
        let odd: [UpstreamStep] = [.expectRequest, .answer(words, status: status), .waitForClose]
        let rig = try await Rig(odd)
        _ = try await rig.send(.of([]))
        try await rig.naps(until: rig.start + .seconds(60))
        #expect(rig.lines.all.isEmpty)
        #expect(rig.collector.requests.count == 1)
        await rig.collector.stop()
    }

    private static let longAnswer = String(repeating: "x", count: 100_000)

    @Test func `an answer that breaks off behind its status is one`() async throws {
        let rig = try await Rig([
            .expectRequest, .send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), .close,
        ])
        _ = try await rig.send(.of([]))
        try await rig.naps(until: rig.start + .seconds(60))
        #expect(rig.lines.all.isEmpty)
        #expect(rig.collector.requests.count == 1)
        await rig.collector.stop()
    }

    @Test func `a collector that hangs does not keep it from closing, and what is lost is told`()
        async throws
    {
        let rig = try await Rig([.expectRequest, .waitForClose])
        for _ in 0..<515 { rig.telemetry.callEnded(.of([])) }
        _ = try await rig.requests(1)
        let closing = Task { await rig.telemetry.close() }
        try await eventually { rig.time.alarmCount == 1 }
        #expect(rig.time.nextDeadline == rig.start + .seconds(5))
        rig.time.advance(by: .seconds(5))
        await closing.value
        #expect(rig.lines.count("lost_calls=515") == 1, "those in flight and those that waited")
        #expect(rig.collector.requests.count == 1)
        await rig.collector.stop()
    }

    @Test func `a collector that is not there costs the spans and nothing else`() async throws {
        let rig = try await Rig([])
        await rig.collector.stop()
        try await rig.end(.of([]))
        rig.time.advance(by: .seconds(1))
        for _ in 0..<4 { _ = try await retry(rig) }
        try await eventually { rig.lines.count(Self.failed) == 1 }
        #expect(rig.lines.count("lost_calls=1") == 1)
        let closing = Task { await rig.telemetry.close() }
        try await eventually { rig.time.alarmCount == 2 }
        rig.time.advance(by: .seconds(5))
        await closing.value
    }

    @Test func `keys are sent, and are in no log line and no description`() async throws {
        let talkative = OTLPPartialSuccess(rejected: 1, errorMessage: "no\n\(Self.key) known")
        let script =
            UpstreamStep.take(400)
            + UpstreamStep.take(200, OTLPResponse(partialSuccess: talkative))
            + [.expectRequest, .reset]
        let rig = try await Rig(script) {
            $0.add(header: "x-api-key", Secret(Self.key))
            var shown = "\($0)"
            dump($0, to: &shown)
            #expect(!shown.contains(Self.key))
        }
        let first = try await rig.send(.of([]))
        #expect(first.headers["x-api-key"] == Self.key)
        try await eventually { rig.lines.all.count == 1 }
        _ = try await rig.send(.of([]))
        try await eventually { rig.lines.all.count == 2 }
        #expect(rig.lines.count("reason=no*** known") == 1, "what it repeats stays out too")
        // The connection is reset, and those that follow play the script again from its start.
        _ = try await rig.send(.of([]))
        _ = try await retry(rig)
        try await eventually { rig.lines.all.count == 3 }
        #expect(rig.collector.requests.allSatisfy { $0.headers["x-api-key"] == Self.key })
        #expect(rig.lines.all.allSatisfy { !$0.contains(Self.key) })
        await rig.stop()
    }
}
