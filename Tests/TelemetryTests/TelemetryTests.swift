import Clocks
import Foundation
import Messages
import Models
import Telemetry
import Testing
import UpstreamScript

/// Telemetry whole: what a collector gets, and when.
struct TelemetryTests {
    @Test func `a call's spans reach the collector a second after it has ended`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll) { $0.resource = ["service.name": "desk"] }
        let request = try await rig.send(.of([.ran("gpu/m")]))
        #expect(request.line == "POST /v1/traces HTTP/1.1")
        #expect(request.headers["content-type"] == "application/x-protobuf")
        let sent = try request.traces
        #expect(sent.resourceSpans.count == 1)
        let resource = try #require(sent.resourceSpans[0].resource?.attributes.shown)
        #expect(resource["service.name"] == "'desk'", "what is configured wins")
        #expect(
            Set(resource.keys) == [
                "service.name", "service.instance.id", "host.name", "process.pid",
            ])
        #expect(sent.resourceSpans[0].scopeSpans.map { $0.scope?.name } == ["laneway"])
        #expect(try request.spans.map(\.name) == ["laneway.v1.Laneway/Generate", "chat m"])
        await rig.stop()
    }

    @Test func `spans are when they were by the clock on the wall`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll)
        var attempt = AttemptReport.ran("gpu/m")
        attempt.startedAt = rig.time.now - .seconds(30)
        var trace = CallTrace.of([attempt])
        trace.arrived = rig.time.now - .seconds(40)
        let before = Date().timeIntervalSince1970
        let spans = try await rig.send(trace).spans
        // When the wall is looked at, the hand-wound clock is a second further.
        let after = Date().timeIntervalSince1970
        for (span, age) in zip(spans, [41.0, 31.0]) {
            let began = Double(span.startTimeUnixNano) / 1e9
            #expect(began >= before - age - 0.001 && began <= after - age + 0.001)
        }
        #expect(spans.count == 2)
        await rig.stop()
    }

    @Test func `a full batch does not wait`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll)
        for _ in 0..<512 { rig.telemetry.callEnded(.of([])) }
        let request = try #require(try await rig.requests(1).first)
        #expect(try request.spans.count == 512)
        #expect(rig.time.now == rig.start)
        await rig.stop()
    }

    @Test func `metrics are sent at the interval and tell of all calls since the start`()
        async throws
    {
        let rig = try await Rig(UpstreamStep.takeAll) { $0.interval = .seconds(10) }
        _ = try await rig.send(.of([.ran("gpu/m")]), .of([.ran("gpu/m")]))
        try await rig.naps(until: rig.start + .seconds(10))
        rig.time.advance(by: .seconds(9))
        let first = try #require(try await rig.requests(2).last)
        #expect(first.line == "POST /v1/metrics HTTP/1.1")
        #expect(try first.metrics["laneway.call.duration"]?.histograms.values.first?.count == 2)
        #expect(try first.metrics["laneway.telemetry.lost"]?.counts == [[:]: 0])
        _ = try await rig.send(.of([.ran("gpu/m")]))
        try await rig.naps(until: rig.start + .seconds(20))
        rig.time.advance(by: .seconds(9))
        let second = try #require(try await rig.requests(4).last)
        #expect(try second.metrics["laneway.call.duration"]?.histograms.values.first?.count == 3)
        await rig.stop()
    }

    @Test func `what is not sampled is counted, and has no span`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll)
        rig.telemetry.callEnded(.of([.ran("gpu/m")], trace: .ofClient(sampled: false)))
        rig.telemetry.callEnded(.of([.ran("gpu/m")], trace: nil))
        await rig.telemetry.close()
        let requests = rig.collector.requests
        #expect(requests.map(\.line) == ["POST /v1/metrics HTTP/1.1"])
        #expect(
            try requests[0].metrics["laneway.call.duration"]?.histograms.first?.value.count == 2)
        await rig.stop()
    }

    @Test func `a hop between targets is counted`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll)
        let report = CallTrace.of([.ran("gpu/m", .upstreamError)]).record.report
        let error = AttributedError(ProviderFailure(.serverError, "500"), report)
        rig.telemetry.failedOver(error, to: Target(provider: "b", model: "m"))
        struct Plain: Error {}
        rig.telemetry.failedOver(Plain(), to: Target(provider: "b", model: "m"))
        await rig.telemetry.close()
        let hops = try #require(try rig.collector.requests.last?.metrics["laneway.failover.hops"])
        #expect(
            hops.counts == [
                [
                    "laneway.from": "'gpu/m'", "laneway.to": "'b/m'",
                    "laneway.reason": "'UPSTREAM_ERROR'",
                ]: 1
            ])
        await rig.stop()
    }

    @Test func `closing sends what waits, then the metrics, and then nothing more`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll)
        try await rig.end(.of([.ran("gpu/m")]), .of([.ran("gpu/m")]))
        await rig.telemetry.close()
        let requests = rig.collector.requests
        #expect(
            requests.map(\.line) == ["POST /v1/traces HTTP/1.1", "POST /v1/metrics HTTP/1.1"])
        #expect(try requests[0].spans.count == 4)
        #expect(rig.time.now == rig.start, "it does not wait for the clock")
        rig.telemetry.callEnded(.of([]))
        await rig.telemetry.close()
        #expect(rig.collector.requests.count == 2)
        try await eventually { rig.time.alarmCount == 0 }
        await rig.stop()
    }

    @Test(arguments: [(0.0, 0), (1.0, 100)])
    func `as many traces begin here recorded as are to be`(sample: Double, count: Int) async throws
    {
        let rig = try await Rig(UpstreamStep.takeAll) { $0.sample = sample }
        let contexts = (0..<100).map { _ in rig.telemetry.context(of: nil) }
        #expect(contexts.count(where: \.isSampled) == count)
        #expect(contexts.allSatisfy { $0.span != nil })
        let client = rig.telemetry.context(of: .ofClient(sampled: sample == 0))
        #expect(client.isSampled == (sample == 0), "a client has decided")
        await rig.stop()
    }

    @Test func `an endpoint may end with a slash`() async throws {
        let rig = try await Rig(UpstreamStep.takeAll) { $0.endpoint += "/otlp/" }
        let request = try await rig.send(.of([]))
        #expect(request.line == "POST /otlp/v1/traces HTTP/1.1")
        await rig.stop()
    }
}
